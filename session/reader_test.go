package session

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gospark/runtime/condition"
)

// TestReadWrite writes a DataFrame in each format and reads it again by the methods and in SQL.
func TestReadWrite(t *testing.T) {
	spark, out := frames(t)
	dir := t.TempDir()
	df := spark.SQL("SELECT * FROM VALUES (1L, 'a'), (2L, NULL), (3L, 'c,d') t(id, name)")
	const want = "+---+----+\n| id|name|\n+---+----+\n|  1|   a|\n|  2|NULL|\n|  3| c,d|\n+---+----+\n\n"
	for name, get := range map[string]func(path string) *DataFrame{
		"json": func(p string) *DataFrame { return spark.Read().JSON(p) },
		"csv": func(p string) *DataFrame {
			return spark.Read().Option("header", true).Option("inferSchema", true).CSV(p)
		},
		"parquet": func(p string) *DataFrame { return spark.SQL("SELECT * FROM parquet.`" + p + "`") },
		"avro":    func(p string) *DataFrame { return spark.Read().Avro(p) },
	} {
		path := filepath.Join(dir, name)
		df.Write().Format(name).Option("header", true).Save(path)
		out.Reset()
		get(path).OrderBy("id").Show()
		if got := strings.TrimSuffix(out.String(), "\n"); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%s:\n%s", name, got)
		}
		err := Try(func() { df.Write().Format(name).Save(path) })
		if e, ok := condition.As(err); !ok || e.Condition() != "PATH_ALREADY_EXISTS" {
			t.Errorf("%s: a second write: %v", name, err)
		}
		err = Try(func() { get(path).Write().Mode("overwrite").Format(name).Save(path) })
		if e, ok := condition.As(err); !ok || e.Condition() != "UNSUPPORTED_OVERWRITE.PATH" {
			t.Errorf("%s: an overwrite of what is read: %v", name, err)
		}
		df.Limit(1).Write().Mode("append").Format(name).Option("header", true).Save(path)
		if n := get(path).Count(); n != 4 {
			t.Errorf("%s: %d rows after an append", name, n)
		}
		df.Limit(1).Write().Mode("ignore").Format(name).Save(path)
		df.Limit(2).Write().Mode("overwrite").Format(name).Option("header", true).Save(path)
		if n := get(path).Count(); n != 2 {
			t.Errorf("%s: %d rows after an overwrite", name, n)
		}
	}
	// A write that fails leaves nothing.
	path := filepath.Join(dir, "failed")
	if err := Try(func() { spark.SQL("SELECT 1 DIV (id - 2) AS x FROM range(5)").Write().JSON(path) }); err == nil {
		t.Error("a division by zero was written")
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("a failed write left its directory: %v", err)
	}
}

// TestFileTables makes tables of files, fills and drops them.
func TestFileTables(t *testing.T) {
	spark, _ := frames(t)
	spark.Conf().Set("spark.sql.warehouse.dir", filepath.Join(t.TempDir(), "wh"))
	rows := func(q string) string {
		var b strings.Builder
		for _, r := range spark.SQL(q).Collect() {
			b.WriteString(r.ShellString())
		}
		return b.String()
	}
	spark.SQL("CREATE TABLE t (a INT, b STRING) USING parquet PARTITIONED BY (b)")
	spark.SQL("INSERT INTO t VALUES (1, 'x'), (2, 'y')")
	spark.SQL("INSERT INTO t PARTITION (b = 'z') SELECT 3")
	spark.SQL("INSERT INTO t (b, a) VALUES ('x', 4)")
	spark.SQL("INSERT OVERWRITE t PARTITION (b = 'y') SELECT 5")
	if got := rows("SELECT a, b FROM t ORDER BY a"); got != "[1,x][3,z][4,x][5,y]" {
		t.Error(got)
	}
	if got := rows("SELECT count(*) FROM t WHERE b = 'x'"); got != "[2]" {
		t.Error(got)
	}
	spark.SQL("CREATE TABLE u USING json AS SELECT id FROM range(3)")
	spark.Table("u").Filter("id = 0").Write().InsertInto("u")
	if got := rows("SELECT count(*) FROM u"); got != "[4]" {
		t.Error(got)
	}
	for q, want := range map[string]string{
		"CREATE TABLE t (a INT) USING csv":       "TABLE_OR_VIEW_ALREADY_EXISTS",
		"INSERT INTO t VALUES (1)":               "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
		"INSERT INTO u VALUES (array(1))":        "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST",
		"INSERT INTO nope VALUES (1)":            "TABLE_OR_VIEW_NOT_FOUND",
		"INSERT INTO t PARTITION (a=1) SELECT 2": "NON_PARTITION_COLUMN",
	} {
		err := Try(func() { spark.SQL(q) })
		if e, ok := condition.As(err); !ok || e.Condition() != want {
			t.Errorf("%s: %v", q, err)
		}
	}
	spark.SQL("DROP TABLE u")
	if err := Try(func() { spark.Table("u") }); err == nil {
		t.Error("a dropped table is there")
	}
}
