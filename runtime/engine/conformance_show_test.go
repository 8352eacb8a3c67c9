package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"gospark/session"
)

// shown are the operations of the show suite: what they print or say.
var shown = map[string]func(df *session.DataFrame, out *bytes.Buffer, args []any) string{
	"show": func(df *session.DataFrame, out *bytes.Buffer, args []any) string {
		out.Reset()
		if len(args) > 2 && args[2] == true {
			df.ShowVertical(args[:2]...)
		} else {
			df.Show(args[:min(len(args), 2)]...)
		}
		return out.String()
	},
	"printSchema": func(df *session.DataFrame, out *bytes.Buffer, _ []any) string {
		out.Reset()
		df.PrintSchema()
		return out.String()
	},
	"toString": func(df *session.DataFrame, _ *bytes.Buffer, _ []any) string { return df.String() },
	"collectToString": func(df *session.DataFrame, _ *bytes.Buffer, _ []any) string {
		var lines []string
		for _, r := range df.Collect() {
			lines = append(lines, r.ShellString())
		}
		return strings.Join(lines, "\n")
	},
	"describe": func(df *session.DataFrame, out *bytes.Buffer, args []any) string {
		out.Reset()
		df.Describe(texts(args)...).Show()
		return out.String()
	},
	"summary": func(df *session.DataFrame, out *bytes.Buffer, args []any) string {
		out.Reset()
		df.Summary(texts(args)...).Show()
		return out.String()
	},
}

func texts(args []any) []string {
	var ss []string
	for _, a := range args {
		ss = append(ss, fmt.Sprint(a))
	}
	return ss
}

func checkOp(spark *session.SparkSession, out *bytes.Buffer, c recorded) error {
	f, ok := shown[c.Op]
	if !ok {
		return fmt.Errorf("no operation %q", c.Op)
	}
	var args []any
	for _, a := range c.Args {
		if n, ok := a.(json.Number); ok {
			i, err := n.Int64()
			if err != nil {
				return err
			}
			a = int(i)
		}
		args = append(args, a)
	}
	var got string
	if err := session.Try(func() { got = f(spark.SQL(c.SQL), out, args) }); err != nil {
		return err
	}
	if got != *c.Text {
		return fmt.Errorf("have\n%s\nwant\n%s", got, *c.Text)
	}
	return nil
}
