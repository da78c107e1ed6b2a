"user_id" IN (9223372036854775807, -9223372036854775808)
"count" IN (1, -2)
"price" IN (0.5, 'NaN', 1e+21)
"total" IN (1.10, 2.20)
"the ""path""" IN ('it''s | *a*,	b
', '=1+1', '')
"is_new" IN (TRUE, FALSE)
"tags" IN ('{"id":9007199254740993}', 'not json', '[]')
"raw" IN ('00ff', '')
--- notes
1 NULL of user_id left out: IN never finds them.
2 NULLs of count left out: IN never finds them.
1 NULL of price left out: IN never finds them.
1 NULL of total left out: IN never finds them.
1 NULL of the "path" left out: IN never finds them.
1 NULL of is_new left out: IN never finds them.
1 NULL of tags left out: IN never finds them.
1 NULL of raw left out: IN never finds them.
