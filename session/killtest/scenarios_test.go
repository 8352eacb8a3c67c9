//go:build unix

package killtest

import (
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"gospark/session"
)

var scenarios = map[string]scenario{
	"rows into files":    {run: rowsIntoFiles, result: filesOf},
	"windows into files": {run: windowsIntoFiles, result: filesOf},
	"first of each user": {run: firstIntoFiles, result: filesOf},
	"timers into files":  {run: timersIntoFiles, result: filesOf},
	"counts into sqlite": {run: countsIntoSQLite, result: tableOf},
	"topic into topic":   {prepare: fillTopic, run: topicIntoTopic, result: topicOf},
	"counts into topic":  {prepare: fillTopic, run: countsIntoTopic, result: topicOf},
}

// input is the stream of the files, one a batch.
func input(spark *session.SparkSession, dir string) *session.DataFrame {
	return spark.ReadStream().Schema("ts TIMESTAMP, user STRING, v INT").Option("maxFilesPerTrigger", 1).JSON(filepath.Join(dir, "in"))
}

func intoFiles(df *session.DataFrame, dir string) *session.StreamingQuery {
	return df.WriteStream().OutputMode("append").Format("json").Option("checkpointLocation", filepath.Join(dir, "checkpoint")).
		Trigger(session.AvailableNow()).Start(filepath.Join(dir, "out"))
}

func rowsIntoFiles(spark *session.SparkSession, dir string) *session.StreamingQuery {
	return intoFiles(input(spark, dir).Filter("v % 3 <> 0").SelectExpr("date_format(ts, 'HH:mm:ss.SSS') t", "user", "v"), dir)
}

func windowsIntoFiles(spark *session.SparkSession, dir string) *session.StreamingQuery {
	input(spark, dir).WithWatermark("ts", "6 seconds").CreateOrReplaceTempView("events")
	return intoFiles(spark.SQL(`SELECT date_format(window.start, 'HH:mm:ss') s, user, count(*) n, sum(v) total
		FROM events GROUP BY window(ts, '10 seconds', '5 seconds'), user`), dir)
}

func firstIntoFiles(spark *session.SparkSession, dir string) *session.StreamingQuery {
	return intoFiles(input(spark, dir).Select("user", "v").DropDuplicates("user", "v").SelectExpr("user", "v"), dir)
}

// timersIntoFiles counts the rows of each user in five seconds, and what values they have; timers say when these are over.
func timersIntoFiles(spark *session.SparkSession, dir string) *session.StreamingQuery {
	type event struct {
		At   time.Time `spark:"ts"`
		User string    `spark:"user"`
		V    int       `spark:"v"`
	}
	type count struct {
		Key              string
		N, Total, Values int
	}
	const size = 5 * time.Second
	return intoFiles(input(spark, dir).WithWatermark("ts", "6 seconds").
		GroupByKey(func(e event) string { return e.User + e.At.UTC().Truncate(size).Format(" 15:04:05") }).
		TransformWithState(func(h *session.StatefulProcessorHandle) {
			total, values := h.GetValueState("total", 0), h.GetMapState("values", 0, 0)
			h.HandleInputRows(func(key string, events []event) []count {
				for _, e := range events {
					total.Update(total.Get().(int) + e.V)
					values.UpdateValue(e.V, values.GetValue(e.V).(int)+1)
					h.RegisterTimer(e.At.Truncate(size).Add(2 * size))
				}
				return nil
			})
			h.HandleExpiredTimer(func(key string, _ time.Time) []count {
				c := count{Key: key, Total: total.Get().(int)}
				for _, n := range values.Values() {
					c.N += n.(int)
					c.Values++
				}
				total.Clear()
				values.Clear()
				return []count{c}
			})
		}, session.TimeModeEventTime), dir)
}

// filesOf reads what a file sink says is there.
func filesOf(t *testing.T, dir string) (rows []string) {
	t.Helper()
	withSession(t, func(spark *session.SparkSession) {
		for _, r := range spark.Read().JSON(filepath.Join(dir, "out")).Collect() {
			rows = append(rows, fmt.Sprint(r))
		}
	})
	slices.Sort(rows)
	return rows
}

// countsIntoSQLite keeps a table of counts. Each batch is one transaction, which also says which batch it was, so that one
// that comes again is left out.
func countsIntoSQLite(spark *session.SparkSession, dir string) *session.StreamingQuery {
	df := input(spark, dir).GroupBy("user").Agg(session.Count("*").As("n"), session.Sum("v").As("total"))
	return df.WriteStream().OutputMode("update").Option("checkpointLocation", filepath.Join(dir, "checkpoint")).Trigger(session.AvailableNow()).
		ForeachBatch(func(df *session.DataFrame, id int64) error {
			db, err := open(dir)
			if err != nil {
				return err
			}
			defer db.Close()
			tx, err := db.Begin()
			if err != nil {
				return err
			}
			defer tx.Rollback()
			var last sql.NullInt64
			if err := tx.QueryRow("SELECT max(id) FROM batches").Scan(&last); err != nil {
				return err
			}
			if last.Valid && last.Int64 >= id {
				return nil
			}
			if _, err := tx.Exec("INSERT INTO batches VALUES (?)", id); err != nil {
				return err
			}
			for _, r := range df.Collect() {
				if _, err := tx.Exec(`INSERT INTO counts VALUES (?, ?, ?, 1) ON CONFLICT(user) DO UPDATE SET n = excluded.n, total = excluded.total,
					updates = updates + 1`, r.Get(0), r.Get(1), r.Get(2)); err != nil {
					return err
				}
			}
			return tx.Commit()
		}).Start()
}

func open(dir string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", filepath.Join(dir, "counts.db"))
	if err != nil {
		return nil, err
	}
	if _, err := db.Exec(`CREATE TABLE IF NOT EXISTS batches (id INTEGER PRIMARY KEY);
		CREATE TABLE IF NOT EXISTS counts (user TEXT PRIMARY KEY, n INTEGER, total INTEGER, updates INTEGER)`); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// tableOf reads the table, with how many times each row was written: a batch that had been applied twice would show.
func tableOf(t *testing.T, dir string) (rows []string) {
	t.Helper()
	db, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []string{"SELECT 'batches', count(*), max(id), 0 FROM batches", "SELECT user, n, total, updates FROM counts"} {
		rs, err := db.Query(q)
		if err != nil {
			t.Fatal(err)
		}
		for rs.Next() {
			var name string
			var a, b, c int64
			if err := rs.Scan(&name, &a, &b, &c); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, fmt.Sprint(name, " ", a, " ", b, " ", c))
		}
		if err := rs.Err(); err != nil {
			t.Fatal(err)
		}
		rs.Close()
	}
	slices.Sort(rows)
	return rows
}

// topics are those of a directory: what is read, and what is written.
func topics(dir string) (in, out string) {
	name := regexp.MustCompile(`[^a-zA-Z0-9]`).ReplaceAllString(dir, "-")
	return name + ".in", name + ".out"
}

// fillTopic makes both topics, and puts the lines of the files into the first.
func fillTopic(t *testing.T, dir string) {
	t.Helper()
	in, out := topics(dir)
	for _, topic := range []string{in, out} {
		if err := kafkaBroker(t).CreateTopic(topic, 2, nil); err != nil {
			t.Fatal(err)
		}
	}
	withSession(t, func(spark *session.SparkSession) {
		spark.Read().Text(filepath.Join(dir, "in")).Write().Format("kafka").Option("kafka.bootstrap.servers", os.Getenv(envBroker)).Option("topic", in).Save()
	})
}

func topicRows(spark *session.SparkSession, dir string) *session.DataFrame {
	in, _ := topics(dir)
	return spark.ReadStream().Format("kafka").Option("kafka.bootstrap.servers", os.Getenv(envBroker)).Option("subscribe", in).
		Option("startingOffsets", "earliest").Option("maxOffsetsPerTrigger", 40).Load().
		Select(session.FromJSON(session.Col("value").Cast("string"), "ts TIMESTAMP, user STRING, v INT").As("r")).Select("r.*")
}

func intoTopic(df *session.DataFrame, mode, dir string) *session.StreamingQuery {
	_, out := topics(dir)
	return df.WriteStream().OutputMode(mode).Format("kafka").Option("kafka.bootstrap.servers", os.Getenv(envBroker)).Option("topic", out).
		Option("checkpointLocation", filepath.Join(dir, "checkpoint")).Trigger(session.AvailableNow()).Start()
}

func topicIntoTopic(spark *session.SparkSession, dir string) *session.StreamingQuery {
	return intoTopic(topicRows(spark, dir).Filter("v % 2 = 0").SelectExpr("user AS key", "concat(user, ' ', ts, ' ', v) AS value"), "append", dir)
}

func countsIntoTopic(spark *session.SparkSession, dir string) *session.StreamingQuery {
	counts := topicRows(spark, dir).GroupBy("user").Agg(session.Count("*").As("n"), session.Sum("v").As("total"))
	return intoTopic(counts.SelectExpr("user AS key", "concat(user, ' ', n, ' ', total) AS value"), "update", dir)
}

// topicOf reads what was committed to the topic.
func topicOf(t *testing.T, dir string) (rows []string) {
	t.Helper()
	_, out := topics(dir)
	withSession(t, func(spark *session.SparkSession) {
		df := spark.Read().Format("kafka").Option("kafka.bootstrap.servers", os.Getenv(envBroker)).Option("subscribe", out).
			Option("kafka.isolation.level", "read_committed").Load()
		for _, r := range df.SelectExpr("CAST(value AS STRING) v").Collect() {
			rows = append(rows, fmt.Sprint(r))
		}
	})
	slices.Sort(rows)
	return rows
}

func withSession(t *testing.T, f func(spark *session.SparkSession)) {
	t.Helper()
	spark, err := session.New(session.Config{Master: "local[1]", Out: io.Discard, Notice: func(string) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer spark.Stop()
	if err := session.Try(func() { f(spark) }); err != nil {
		t.Fatal(err)
	}
}
