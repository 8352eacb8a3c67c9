package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestParseOptions(t *testing.T) {
	props := filepath.Join(t.TempDir(), "spark-defaults.conf")
	text := "# comment\nspark.a  1\nspark.b=2\nspark.c : 3 4\nspark.d \\\n  long\n\nspark.e\n"
	if err := os.WriteFile(props, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]func(*options){
		"":                          func(*options) {},
		"--master local[4]":         func(o *options) { o.master = "local[4]" },
		"--master=local[2,3]":       func(o *options) { o.master = "local[2,3]" },
		"--master sc://h:1":         func(o *options) { o.remote = "sc://h:1" },
		"--conf a=b -c c=d=e":       func(o *options) { o.conf = map[string]string{"a": "b", "c": "d=e"} },
		"--name n -v":               func(o *options) { o.name, o.verbose = "n", true },
		"s.go -e x --name y":        func(o *options) { o.script, o.args = "s.go", []string{"-e", "x", "--name", "y"} },
		"-e code a -b":              func(o *options) { o.code, o.hasCode, o.args = "code", true, []string{"a", "-b"} },
		"-i f.go a":                 func(o *options) { o.initFile, o.args = "f.go", []string{"a"} },
		"-- -odd.go":                func(o *options) { o.script = "-odd.go" },
		"- a":                       func(o *options) { o.script, o.args = "-", []string{"a"} },
		"--ui-host 0.0.0.0 --no-ui": func(o *options) { o.uiHost, o.noUI = "0.0.0.0", true },
		"--ui-host ::1 --ui-port 0": func(o *options) { o.uiHost, o.uiPort = "::1", 0 },
		"--ui-host h --ui-token t":  func(o *options) { o.uiHost, o.uiToken = "h", "t" },
		"--sql - --history=":        func(o *options) { o.sql, o.hasSQL, o.hasHistory = "-", true, true },
		"--properties-file PROPS": func(o *options) {
			o.conf = map[string]string{"spark.a": "1", "spark.b": "2", "spark.c": "3 4", "spark.d": "long", "spark.e": ""}
		},
		"-c spark.a=9 --properties-file PROPS -c spark.b=8 --color never": func(o *options) {
			o.color = "never"
			o.conf = map[string]string{"spark.a": "9", "spark.b": "8", "spark.c": "3 4", "spark.d": "long", "spark.e": ""}
		},
		"--supervise --jars a.jar s.go": func(o *options) {
			o.script = "s.go"
			o.notes = []string{"--supervise is not needed: there is no cluster to restart the driver", "--jars is not needed: there is no JVM; connectors are built in"}
		},
	} {
		o, err := parseOptions(strings.Fields(strings.ReplaceAll(line, "PROPS", props)))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		expected, _ := parseOptions(nil)
		want(expected)
		if len(o.args) == 0 {
			o.args = expected.args
		}
		if !reflect.DeepEqual(o, expected) {
			t.Errorf("%s:\n%+v, want\n%+v", line, *o, *expected)
		}
	}
}

func TestWrongUsage(t *testing.T) {
	for line, says := range map[string]string{
		"--mastre x":               "did you mean --master?",
		"--driver-memroy 1g":       "did you mean --driver-memory?",
		"-x":                       "unknown flag -x; --help",
		"--master":                 "--master needs a value",
		"--jars":                   "--jars needs a value",
		"--no-ui=yes":              "--no-ui takes no value",
		"--master local[0]":        "--master local[0]",
		"--master spark://h:7077":  "--remote",
		"--remote h:1":             "want sc://host:port",
		"--conf novalue":           "want key=value",
		"--conf =v":                "want key=value",
		"--ui-port x":              "from 0 to 65535",
		"--ui-port 70000":          "from 0 to 65535",
		"--color blue":             "auto, always or never",
		"--ui-host 10.0.0.1":       "--ui-token",
		"-e a -i b":                "exclude each other",
		"-e a --sql b":             "exclude each other",
		"--properties-file /no/pe": "--properties-file /no/pe: no such file",
	} {
		if _, err := parseOptions(strings.Fields(line)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", line, err, says)
		}
	}
}
