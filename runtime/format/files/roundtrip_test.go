package files

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

func env(options ...string) format.Env {
	o := format.Options{}
	for i := 0; i+1 < len(options); i += 2 {
		o[strings.ToLower(options[i])] = options[i+1]
	}
	return format.Env{Options: o, Zone: time.UTC, Parallelism: 2}
}

// save writes batches, one task each.
func save(spec JobSpec, bs ...*batch.Batch) error {
	j, err := NewJob(spec)
	if err != nil {
		return err
	}
	var written []any
	for p, b := range bs {
		w, err := j.Writer(context.Background(), p)
		if err == nil {
			err = w.Write(b)
		}
		var done any
		if err == nil {
			done, err = w.Commit()
		}
		if err != nil {
			j.Abort()
			return err
		}
		written = append(written, done)
	}
	_, err = j.Commit(written)
	return err
}

// load reads all columns of files as texts, a row a line, sorted.
func load(s Spec) (*types.Type, []string, error) {
	r, err := Open(context.Background(), s)
	if err != nil {
		return nil, nil, err
	}
	var all []int
	for i := range r.Schema().Fields {
		all = append(all, i)
	}
	rows, err := read(r, all)
	return r.Schema(), rows, err
}

func read(r *Relation, columns []int) ([]string, error) {
	splits, err := r.Splits(columns, nil)
	if err != nil {
		return nil, err
	}
	var rows []string
	for _, s := range splits {
		in, err := s.Open(context.Background())
		if err != nil {
			return nil, err
		}
		got, err := texts(in, r.Schema(), columns)
		in.Close()
		if err != nil {
			return nil, err
		}
		rows = append(rows, got...)
	}
	slices.Sort(rows)
	return rows, nil
}

func texts(in connector.Reader, schema *types.Type, columns []int) ([]string, error) {
	var rows []string
	for {
		b, err := in.Next()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, rowTexts(b, schema, columns)...)
	}
}

func rowTexts(b *batch.Batch, schema *types.Type, columns []int) []string {
	var rows []string
	for k := range b.Rows() {
		var parts []string
		for i, c := range columns {
			parts = append(parts, types.Text(b.Cols[i].Any(b.Row(k)), schema.Fields[c].Type, types.CastText, nil))
		}
		rows = append(rows, strings.Join(parts, "|"))
	}
	return rows
}

// A domain is what values of a type a format can keep.
type domain struct {
	ddl   string
	value *rapid.Generator[any]
}

func anyOf[T any](g *rapid.Generator[T]) *rapid.Generator[any] {
	return rapid.Map(g, func(v T) any { return v })
}

var flat = []domain{
	{"BOOLEAN", anyOf(rapid.Bool())},
	{"TINYINT", anyOf(rapid.Int8())},
	{"SMALLINT", anyOf(rapid.Int16())},
	{"INT", anyOf(rapid.Int32())},
	{"BIGINT", anyOf(rapid.Int64())},
	{"DOUBLE", anyOf(rapid.Float64Range(-1e300, 1e300))},
	{"DECIMAL(9,2)", rapid.Map(rapid.Int64Range(-999999999, 999999999), func(n int64) any { return types.DecimalOf64(n) })},
	{"DECIMAL(19,0)", rapid.Map(rapid.Int64(), func(n int64) any { return types.DecimalOf64(n) })},
	{"DECIMAL(38,6)", rapid.Map(rapid.Int64(), func(n int64) any {
		d, _ := types.DecimalOf64(n).To(0, 38, 6)
		return d
	})},
	{"STRING", anyOf(rapid.StringMatching(`[a-zA-Z0-9 ,"'\\é\x{1F600}{}:\[\]-]{1,12}[a-z]`))},
	{"DATE", anyOf(rapid.Int32Range(-100000, 100000))},
	{"TIMESTAMP", rapid.Map(rapid.Int64Range(-1e12, 1e13), func(ms int64) any { return ms * 1000 })},
}

var nested = []domain{
	{"ARRAY<INT>", rapid.Map(rapid.SliceOfN(orNull(anyOf(rapid.Int32())), 0, 4), func(v []any) any { return v })},
	{"ARRAY<ARRAY<STRING>>", rapid.Map(rapid.SliceOfN(orNull(rapid.Map(rapid.SliceOfN(orNull(anyOf(rapid.StringMatching("[a-z]{1,3}"))), 0, 3), func(v []any) any { return v })), 0, 3), func(v []any) any { return v })},
	{"MAP<STRING,BIGINT>", rapid.Map(rapid.SliceOfNDistinct(rapid.StringMatching("[a-z]{1,3}"), 0, 3, rapid.ID), func(ks []string) any {
		m := types.MapValue{Keys: []any{}, Values: []any{}}
		for i, k := range ks {
			m.Keys = append(m.Keys, k)
			if i%2 == 0 {
				m.Values = append(m.Values, int64(i))
			} else {
				m.Values = append(m.Values, nil)
			}
		}
		return m
	})},
	{"STRUCT<x:INT,y:ARRAY<STRUCT<z:STRING,w:DOUBLE>>>", rapid.Custom(func(t *rapid.T) any {
		var items any
		if n := rapid.IntRange(-1, 3).Draw(t, "n"); n >= 0 {
			list := []any{}
			for range n {
				list = append(list, orNull(rapid.Just[any](types.Row{"q", nil})).Draw(t, "item"))
			}
			items = list
		}
		return types.Row{orNull(anyOf(rapid.Int32())).Draw(t, "x"), items}
	})},
}

func orNull(g *rapid.Generator[any]) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		if rapid.IntRange(0, 4).Draw(t, "null") == 0 {
			return nil
		}
		return g.Draw(t, "value")
	})
}

// csvAsItIs are options under which texts come back as they were: Spark's own cut blanks and double backslashes.
var csvAsItIs = []string{"escape", `"`, "ignoreLeadingWhiteSpace", "false", "ignoreTrailingWhiteSpace", "false"}

// TestRoundTrip writes random rows in each format and reads them again with the same schema.
func TestRoundTrip(t *testing.T) {
	for _, c := range []struct {
		format  string
		domains []domain
		options [][]string
	}{
		{"json", slices.Concat(flat, nested), [][]string{{}, {"compression", "gzip"}, {"compression", "lz4"}, {"encoding", "UTF-16LE", "lineSep", "\n"}}},
		{"csv", flat, [][]string{csvAsItIs, append(csvAsItIs, "header", "true", "sep", "|"), append(csvAsItIs, "quoteAll", "true", "compression", "zstd")}},
		{"parquet", slices.Concat(flat, nested), [][]string{{}, {"compression", "zstd"}, {"compression", "none"}, {"compression", "gzip"}}},
		{"avro", slices.Concat(flat, nested), [][]string{{}, {"compression", "deflate"}, {"compression", "zstandard"}}},
	} {
		t.Run(c.format, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				picked := rapid.SliceOfN(rapid.SampledFrom(c.domains), 1, 5).Draw(rt, "columns")
				options := rapid.SampledFrom(c.options).Draw(rt, "options")
				ddl := "id BIGINT"
				for i, d := range picked {
					ddl += fmt.Sprintf(", c%d %s", i, d.ddl)
				}
				schema, err := types.ParseDDL(ddl)
				if err != nil {
					rt.Fatal(err)
				}
				n := rapid.IntRange(0, 40).Draw(rt, "rows")
				b := &batch.Batch{N: n}
				for _, f := range schema.Fields {
					b.Cols = append(b.Cols, batch.ForType(f.Type, n))
				}
				for r := range n {
					b.Cols[0].AppendAny(int64(r))
					for i, d := range picked {
						b.Cols[i+1].AppendAny(orNull(d.value).Draw(rt, "value"))
					}
				}
				dir := filepath.Join(t.TempDir(), fmt.Sprint(time.Now().UnixNano()))
				if err := save(JobSpec{Dir: dir, Format: c.format, Schema: schema, Env: env(options...)}, b); err != nil {
					rt.Fatal(err)
				}
				_, got, err := load(Spec{Format: c.format, Schema: schema, Paths: []string{dir}, Env: env(options...)})
				if err != nil {
					rt.Fatal(err)
				}
				all := make([]int, len(schema.Fields))
				for i := range all {
					all[i] = i
				}
				want := rowTexts(b, schema, all)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					rt.Fatalf("%s\ngot  %q\nwant %q", ddl, got, want)
				}
			})
		})
	}
}

// TestBySpark reads files that Spark 4.2 has written: with timestamps of 96 bits, and lists in the old shape.
func TestBySpark(t *testing.T) {
	for name, want := range map[string]string{
		"legacy.parquet": "0|0.00|[0, null, 1]|{k -> 0, l -> null}|{0, [{0}]}|2024-01-01 00:00:00\n1|1.00|null|{k -> 1, l -> null}|{1, [{1}]}|2024-01-01 00:00:00\n" +
			"2|2.00|[2, null, 3]|{k -> 2, l -> null}|{2, [{2}]}|2024-01-01 00:00:00\n3|3.00|[3, null, 4]|{k -> 3, l -> null}|null|2024-01-01 00:00:00\n" +
			"4|4.00|[4, null, 5]|{k -> 4, l -> null}|{4, [{4}]}|2024-01-01 00:00:00",
	} {
		_, rows, err := load(Spec{Format: "parquet", Paths: []string{filepath.Join("testdata", name)}, Env: env()})
		if got := strings.Join(rows, "\n"); err != nil || got != want {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

// TestBadInput is what Spark's condition and SQLSTATE are for files that cannot be read.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return p
	}
	whole, err := os.ReadFile("testdata/spark.parquet")
	if err != nil {
		t.Fatal(err)
	}
	schema := func(ddl string) *types.Type {
		s, err := types.ParseDDL(ddl)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	for _, c := range []struct {
		name             string
		spec             Spec
		condition, state string
		rows             string
	}{
		{name: "missing path", spec: Spec{Format: "json", Paths: []string{dir + "/nope"}}, condition: "PATH_NOT_FOUND", state: "42K03"},
		{name: "pattern without files", spec: Spec{Format: "json", Paths: []string{dir + "/no*"}}, condition: "PATH_NOT_FOUND", state: "42K03"},
		{name: "unknown format", spec: Spec{Format: "foo", Paths: []string{dir}}, condition: "DATA_SOURCE_NOT_FOUND", state: "42K02"},
		{name: "nothing to infer from", spec: Spec{Format: "csv", Paths: []string{t.TempDir()}}, condition: "UNABLE_TO_INFER_SCHEMA", state: "42KD9"},
		{name: "truncated footer", spec: Spec{Format: "parquet", Paths: []string{file("cut.parquet", string(whole[:len(whole)-7]))}}, condition: "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", state: "KD001"},
		{name: "truncated head", spec: Spec{Format: "parquet", Paths: []string{file("short.parquet", string(whole[:10]))}}, condition: "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", state: "KD001"},
		{name: "other type", spec: Spec{Format: "parquet", Schema: schema("id STRING"), Paths: []string{"testdata/spark.parquet"}}, condition: "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH", state: "KD001"},
		{name: "no Avro", spec: Spec{Format: "avro", Paths: []string{file("x.avro", "hello")}}, condition: "FAILED_READ_FILE.NO_HINT", state: "KD001"},
		{name: "JSON fail fast", spec: Spec{Format: "json", Schema: schema("a INT"), Paths: []string{file("a.json", "{\"a\":1}\n{\"a\":")}, Env: env("mode", "FAILFAST")}, condition: "FAILED_READ_FILE.NO_HINT", state: "KD001"},
		{name: "JSON permissive", spec: Spec{Format: "json", Schema: schema("a INT, _corrupt_record STRING"), Paths: []string{dir + "/a.json"}}, rows: "1|null\nnull|{\"a\":"},
		{name: "JSON dropped", spec: Spec{Format: "json", Schema: schema("a INT"), Paths: []string{dir + "/a.json"}, Env: env("mode", "DROPMALFORMED")}, rows: "1"},
		{name: "CSV fail fast", spec: Spec{Format: "csv", Schema: schema("a INT, b INT"), Paths: []string{file("a.csv", "1,2\n3\nx,4\n5,6,7\n")}, Env: env("mode", "FAILFAST")}, condition: "FAILED_READ_FILE.NO_HINT", state: "KD001"},
		{name: "CSV permissive", spec: Spec{Format: "csv", Schema: schema("a INT, b INT, _corrupt_record STRING"), Paths: []string{dir + "/a.csv"}}, rows: "1|2|null\n3|null|3\n5|6|5,6,7\nnull|4|x,4"},
		{name: "CSV dropped", spec: Spec{Format: "csv", Schema: schema("a INT, b INT"), Paths: []string{dir + "/a.csv"}, Env: env("mode", "dropMalformed")}, rows: "1|2"},
		{name: "corrupt record of a number", spec: Spec{Format: "csv", Schema: schema("a INT, _corrupt_record INT"), Paths: []string{dir + "/a.csv"}}, condition: "INVALID_CORRUPT_RECORD_TYPE", state: "42804"},
		{name: "two columns of a name", spec: Spec{Format: "json", Schema: schema("a INT, A INT"), Paths: []string{dir + "/a.json"}}, condition: "COLUMN_ALREADY_EXISTS", state: "42711"},
		{name: "CSV of arrays", spec: Spec{Format: "csv", Schema: schema("a ARRAY<INT>"), Paths: []string{dir + "/a.csv"}}, condition: "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", state: "0A000"},
		{name: "deep JSON", spec: Spec{Format: "json", Schema: schema("b INT"), Paths: []string{file("deep.json", deep)}}, rows: "null"},
		{name: "multi-line", spec: Spec{Format: "csv", Schema: schema("a INT, b STRING"), Paths: []string{file("m.csv", "1,\"x\ny\"\n2,z\n")}, Env: env("multiLine", "true")}, rows: "1|x\ny\n2|z"},
		{name: "array of rows", spec: Spec{Format: "json", Paths: []string{file("m.json", "[{\"a\":1},\n{\"a\":2}]")}, Env: env("multiLine", "true")}, rows: "1\n2"},
	} {
		if c.spec.Env.Options == nil {
			c.spec.Env = env()
		}
		_, rows, err := load(c.spec)
		e, _ := condition.As(err)
		switch {
		case c.condition == "" && (err != nil || strings.Join(rows, "\n") != c.rows):
			t.Errorf("%s: %v, rows %q", c.name, err, rows)
		case c.condition != "" && (e == nil || e.Condition() != c.condition || e.SQLState() != c.state):
			t.Errorf("%s: got %v, want %s", c.name, err, c.condition)
		}
	}
}

// TestWide reads a row of ten thousand columns, with its types inferred and with some of them only.
func TestWide(t *testing.T) {
	var j, c []string
	for i := range 10000 {
		j = append(j, fmt.Sprintf(`"c%d":%d`, i, i))
		c = append(c, fmt.Sprint(i))
	}
	for name, content := range map[string]string{"json": "{" + strings.Join(j, ",") + "}\n", "csv": strings.Join(c, ",") + "\n"} {
		p := filepath.Join(t.TempDir(), "wide")
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := Open(context.Background(), Spec{Format: name, Paths: []string{p}, Env: env("inferSchema", "true")})
		if err != nil || len(r.Schema().Fields) != 10000 {
			t.Fatalf("%s: %v", name, err)
		}
		k := r.Schema().Index(map[string]string{"json": "c7777", "csv": "_c7777"}[name], true)
		if rows, err := read(r, []int{k}); err != nil || !slices.Equal(rows, []string{"7777"}) {
			t.Errorf("%s: %q %v", name, rows, err)
		}
	}
}

// TestPartitions finds directories by their names, and writes them.
func TestPartitions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "t")
	schema, _ := types.ParseDDL("a INT, k STRING, d DATE")
	b := &batch.Batch{N: 3, Cols: []batch.Vector{batch.VecOf([]int32{1, 2, 3}), &batch.Vec[string]{V: []string{"x/y", "", "1 %"}, Valid: []bool{true, false, true}}, batch.VecOf([]int32{0, 1, 1})}}
	if err := save(JobSpec{Dir: dir, Format: "json", Schema: schema, PartitionBy: []string{"d", "k"}, Env: env(), Success: true}, b); err != nil {
		t.Fatal(err)
	}
	got, rows, err := load(Spec{Format: "json", Paths: []string{dir}, Env: env()})
	if err != nil || got.String() != "struct<a:bigint,d:date,k:string>" || strings.Join(rows, ";") != "1|1970-01-01|x/y;2|1970-01-02|null;3|1970-01-02|1 %" {
		t.Errorf("%v %s %q", err, got, rows)
	}
	if _, err := os.Stat(filepath.Join(dir, "d=1970-01-01", "k=x%2Fy")); err != nil {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 3 { // two days and _SUCCESS
		t.Errorf("left behind: %v", entries)
	}
}

// TestAborted leaves nothing of a write that fails, and what was there before.
func TestAborted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	schema, _ := types.ParseDDL("a INT")
	b := &batch.Batch{N: 1, Cols: []batch.Vector{batch.VecOf([]int32{1})}}
	for _, before := range []bool{false, true} {
		if before {
			if err := save(JobSpec{Dir: dir, Format: "csv", Schema: schema, Env: env()}, b); err != nil {
				t.Fatal(err)
			}
		}
		j, err := NewJob(JobSpec{Dir: dir, Format: "csv", Schema: schema, Env: env(), Overwrite: true})
		if err != nil {
			t.Fatal(err)
		}
		w, err := j.Writer(context.Background(), 0)
		if err == nil {
			err = w.Write(b)
		}
		if err == nil {
			err = w.Abort()
		}
		if err == nil {
			err = j.Abort()
		}
		if err != nil {
			t.Fatal(err)
		}
		entries, _ := os.ReadDir(dir)
		if _, err := os.Stat(filepath.Dir(dir)); before != (err == nil) || before != (len(entries) == 1) {
			t.Errorf("before %v: %v, %v", before, entries, err)
		}
	}
}
