package engine_test

import (
	"strings"
	"testing"
	"time"

	"gospark/runtime/engine"
	"gospark/runtime/sql"
	"gospark/session"
)

func TestLines(t *testing.T) {
	spark, err := session.New(session.Config{Master: "local[2]", Conf: settings()})
	if err != nil {
		t.Fatal(err)
	}
	defer spark.Stop()
	if _, _, err := answer(spark.Engine(), "CREATE TEMP VIEW people AS SELECT 1 AS id, 'x' AS name"); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"SELECT 1, 'a', NULL, true, 1.50":                                  "1\ta\tNULL\ttrue\t1.50",
		"SELECT array('a', NULL), array(1, 2)":                             "[\"a\",null]\t[1,2]",
		"SELECT map('b', 1, 'a', NULL)":                                    `{"a":null,"b":1}`,
		"SELECT named_struct('k', 'v', 'n', 1)":                            `{"k":"v","n":1}`,
		"SELECT DATE'2024-02-29', TIMESTAMP'2024-02-29 01:02:03.5'":        "2024-02-29\t2024-02-29 01:02:03.5",
		"SELECT INTERVAL '1-2' YEAR TO MONTH, INTERVAL -14 MONTH":          "1-2\t-1-2",
		"SELECT INTERVAL '1 02:03:04.5' DAY TO SECOND, INTERVAL -1 SECOND": "1 02:03:04.500000000\t-0 00:00:01.000000000",
		"SELECT X'616263'":                                                 "abc",
		"SHOW TABLES":                                                      "people",
		"DESCRIBE people":                                                  "id                  \tint                 \t                    \nname                \tstring              \t                    ",
		"SELECT 1 WHERE false":                                             "",
		"VALUES (1, 2D), (3, 4D)":                                          "1\t2.0\n3\t4.0",
	} {
		rel, err := sql.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		schema, rows, err := answer(spark.Engine(), text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := strings.Join(engine.Lines(rel, schema, rows, time.UTC), "\n"); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
