package builtins

import (
	"strings"
	"testing"
)

func TestLessons(t *testing.T) {
	all, err := lessons()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 4 {
		t.Fatalf("%d lessons", len(all))
	}
	for _, l := range all {
		l, err := l.withPort()
		if err != nil {
			t.Fatal(err)
		}
		checks := 0
		for _, s := range l.steps {
			if strings.Contains(s.code+s.text+s.condition, "{port}") {
				t.Errorf("%s: %s: no port", l.title, s.title)
			}
			if s.condition != "" {
				checks++
			}
		}
		if checks < 2 {
			t.Errorf("%s: %d conditions", l.title, checks)
		}
	}
	for _, bad := range []string{"", "# title\ntext\n", "# title\ntext\n== step\n", "# title\n== step\n> 1\n", "# title\ntext\n== step\n> 1\n? true\n"} {
		if _, err := parseLesson(bad); err == nil {
			t.Errorf("%q is taken for a lesson", bad)
		}
	}
}
