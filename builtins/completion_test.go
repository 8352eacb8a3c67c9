package builtins

import (
	"strings"
	"testing"

	"gospark/session"
)

// TestCompleteString completes names in strings; the cursor is at the end.
func TestCompleteString(t *testing.T) {
	spark, err := session.New(session.Config{Master: "local[1]"})
	if err != nil {
		t.Fatal(err)
	}
	defer spark.Stop()
	c := &Commands{Session: spark}
	people := spark.SQL("SELECT 1 AS age, 'x' AS name, 'y' AS nation")
	people.CreateOrReplaceTempView("people")
	people.Select("age").CreateOrReplaceTempView("planets")
	for code, want := range map[string]string{
		`df.Select("`:                                "age name nation",
		`df.Select("na`:                              "name nation",
		`df.Select(Col("age"), Upper("nat`:           "nation",
		`df.GroupBy("age", "na`:                      "name nation",
		`df.OrderBy(Col("name").Desc(), "ag`:         "age",
		`spark.Table("p`:                             "people planets",
		`spark.SQL("SELECT * FROM pe`:                "people",
		"spark.SQL(`SELECT name\nFROM people JOIN p": "people planets",
		`spark.SQL("SELECT nat`:                      "nation",
		`spark.SQL("SELECT date_fr`:                  "date_from_unix_date(",
		`df.Filter("ag`:                              "age aggregate(",
		`fmt.Println("a`:                             "",
		`x := "a`:                                    "",
	} {
		from, cands := c.CompleteString(code, len(code))
		var got []string
		for _, x := range cands {
			got = append(got, x.Text)
			if !strings.HasPrefix(strings.ToLower(x.Text), strings.ToLower(code[from:])) {
				t.Errorf("%s: %s does not go on from %q", code, x.Text, code[from:])
			}
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%s: %q, want %q", code, g, want)
		}
	}
}
