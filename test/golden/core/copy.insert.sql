INSERT INTO "pageviews" ("user_id", "count", "price", "total", "the ""path""", "is_new", "tags", "raw") VALUES
  (9223372036854775807, 1, 0.5, 1.10, 'it''s | *a*,	b
', TRUE, '{"id":9007199254740993}', '00ff'),
  (-9223372036854775808, -2, 'NaN', 2.20, '=1+1', FALSE, 'not json', ''),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (9223372036854775807, NULL, 1e+21, 1.10, '', TRUE, '[]', '00ff');
--- notes
1 absent value copied as NULL.
