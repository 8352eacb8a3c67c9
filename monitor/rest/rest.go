// Package rest answers Spark's monitoring REST API, /api/v1, from a history.
//
// Names, order and types of the fields, what is left out when absent, the layout of the JSON text, dates and the texts of
// the 404 answers are those of Spark 4. A figure that has no counterpart here, such as the bytes fetched from another
// machine, is 0.
//
// Several streaming contexts may live at once: the endpoints below /streaming show the one that was started last and still
// runs, unless ?context=ID names another, which may have stopped. A parameter that makes no sense is answered with 400 and
// what was expected.
package rest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gospark/monitor/history"
)

// Prefix is where the API lives.
const Prefix = "/api/v1/"

// Options are what a history does not know.
type Options struct {
	Now  func() time.Time
	Addr string // host:port of the monitor, which stands for the driver's
}

// A query is one request with the history held still.
type query struct {
	*history.History
	Options
	http   *http.Request
	params url.Values
}

// answer makes the value to be sent. It must not keep what belongs to the history: slices and maps are copied.
type answer func(q *query) (any, error)

// A routeTable maps patterns below Prefix to answers. Those with {app} are asked only about the one application there is.
var routeTable = map[string]answer{
	"version":            versionInfo,
	"applications":       applicationList,
	"applications/{app}": applicationInfo,

	"applications/{app}/jobs":       jobList,
	"applications/{app}/jobs/{job}": jobInfo,

	"applications/{app}/stages":                               stageList,
	"applications/{app}/stages/{stage}":                       stageAttempts,
	"applications/{app}/stages/{stage}/{attempt}":             stageAttempt,
	"applications/{app}/stages/{stage}/{attempt}/taskSummary": taskSummary,
	"applications/{app}/stages/{stage}/{attempt}/taskList":    taskList,

	"applications/{app}/executors":                    executorList,
	"applications/{app}/allexecutors":                 executorList,
	"applications/{app}/executors/{executor}/threads": threadList,

	"applications/{app}/storage/rdd":       storageList,
	"applications/{app}/storage/rdd/{rdd}": storageInfo,
	"applications/{app}/environment":       environmentInfo,
	"applications/{app}/logs":              logs,

	"applications/{app}/streaming/statistics":                      streamingStatistics,
	"applications/{app}/streaming/receivers":                       receiverList,
	"applications/{app}/streaming/receivers/{stream}":              receiverInfo,
	"applications/{app}/streaming/batches":                         batchList,
	"applications/{app}/streaming/batches/{batch}":                 batchInfo,
	"applications/{app}/streaming/batches/{batch}/operations":      operationList,
	"applications/{app}/streaming/batches/{batch}/operations/{op}": operationInfo,

	"applications/{app}/sql/streamingqueries":                queryList,
	"applications/{app}/sql/streamingqueries/{run}":          queryInfo,
	"applications/{app}/sql/streamingqueries/{run}/progress": queryReports,

	"applications/{app}/{attempt}":           unknownAttempt,
	"applications/{app}/{attempt}/{rest...}": unknownAttempt,
}

// New makes the handler. It asks to be mounted at Prefix.
func New(store *history.Store, o Options) http.Handler {
	mux := http.NewServeMux()
	for pattern, f := range routeTable {
		mux.HandleFunc(Prefix+pattern, func(w http.ResponseWriter, r *http.Request) {
			serve(w, r, store, o, pattern, f)
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		plain(w, http.StatusNotFound, "no such endpoint: "+r.URL.Path)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p := strings.TrimRight(r.URL.Path, "/"); p != r.URL.Path {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = p, ""
		}
		mux.ServeHTTP(w, r)
	})
}

func serve(w http.ResponseWriter, r *http.Request, store *history.Store, o Options, pattern string, f answer) {
	var v any
	var err error
	store.Read(func(h *history.History) {
		q := &query{History: h, Options: o, http: r, params: r.URL.Query()}
		if id := q.http.PathValue("app"); id != "" && id != h.App.ID {
			if strings.HasSuffix(pattern, "{app}") {
				err = notFound("unknown app: %s", id)
			} else {
				err = notFound("no such app: %s", id)
			}
			return
		}
		v, err = f(q)
	})
	var text []byte
	file, isFile := v.(download)
	if err == nil && !isFile {
		text, err = marshal(v)
	}
	var s *statusError
	switch {
	case errors.As(err, &s):
		plain(w, s.code, s.text)
	case err != nil:
		plain(w, http.StatusInternalServerError, err.Error())
	case isFile:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.name}))
		w.Write(file.content)
	default:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.Write(text)
	}
}

func plain(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(code)
	w.Write([]byte(text))
}

// A statusError is an answer that is not 200.
type statusError struct {
	code int
	text string
}

func (e *statusError) Error() string { return e.text }

func notFound(format string, args ...any) error {
	return &statusError{http.StatusNotFound, fmt.Sprintf(format, args...)}
}

// badParameter has Spark's words.
func badParameter(name, want, have string) error {
	return &statusError{http.StatusBadRequest, fmt.Sprintf("Bad value for parameter %q.  Expected a %s, got %q", name, want, have)}
}

// number gives a path element that should be a number, and -1, which nothing has, when it is not.
func (q *query) number(name string) int64 {
	n, err := strconv.ParseInt(q.http.PathValue(name), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// integer gives an optional parameter.
func (q *query) integer(name string, otherwise int) (int, error) {
	s := q.params.Get(name)
	if s == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, badParameter(name, "whole number", s)
	}
	return n, nil
}

// statuses is oneOf for the parameter most lists have.
func (q *query) statuses(known ...string) (wanted func(string) bool, err error) {
	return q.oneOf("status", known...)
}

// oneOf gives the wanted values of a parameter that may be there several times, in any case, as a filter.
func (q *query) oneOf(name string, known ...string) (wanted func(string) bool, err error) {
	given := q.params[name]
	set := map[string]bool{}
	for _, s := range given {
		found := false
		for _, k := range known {
			if strings.EqualFold(k, s) {
				set[k], found = true, true
			}
		}
		if !found {
			return nil, badParameter(name, "value of "+strings.ToLower(strings.Join(known, ", ")), s)
		}
	}
	return func(s string) bool { return len(given) == 0 || set[s] }, nil
}

func versionInfo(q *query) (any, error) {
	return struct {
		Spark string `json:"spark"`
	}{q.App.Version}, nil
}

// A download is an answer that is not JSON.
type download struct {
	name    string
	content []byte
}

// logs hands out the event logs, of which there are none.
func logs(q *query) (any, error) {
	var empty bytes.Buffer
	if err := zip.NewWriter(&empty).Close(); err != nil {
		return nil, err
	}
	return download{"eventLogs-" + q.App.ID + ".zip", empty.Bytes()}, nil
}

func unknownAttempt(q *query) (any, error) {
	return nil, notFound("unknown app %s, attempt %s", q.App.ID, q.http.PathValue("attempt"))
}
