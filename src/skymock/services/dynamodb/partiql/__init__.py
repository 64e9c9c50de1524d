"""PartiQL, DynamoDB's SQL: statements are read once per text and done by the machinery of the other operations.

    statement, parameter_count = parsed_statement(text)      # kept: parameters are still open
    values = StatementValues(checked_parameters(parameters))
    Selection(table, statement, values).page(limit, start_key)
    statement_write(table, statement, values).item_write().perform()

All raise ValidationException with AWS's message. (PartiQL - a SQL-compatible query language for DynamoDB)
"""
