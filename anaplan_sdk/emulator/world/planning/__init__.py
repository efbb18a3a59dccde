"""What is planned in a model: lists, modules over several dimensions, views, a calendar and versions."""
