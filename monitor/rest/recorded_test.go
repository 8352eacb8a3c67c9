package rest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gospark/monitor/historytest"
)

func (r *rateOfMoment) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&r.time, &r.rate})
}

// kinds says what a recorded file holds, by the start of its name; the first that fits counts.
var kinds = []struct {
	prefix string
	zero   any
}{
	{"applications-APP-allexecutors", []executor{}},
	{"applications-APP-executors", []executor{}},
	{"applications-APP-environment", environment{}},
	{"applications-APP-jobs-0", job{}},
	{"applications-APP-jobs", []job{}},
	{"applications-APP-stages-1-0-taskList", []task{}},
	{"applications-APP-stages-1-0-taskSummary", summary{}},
	{"applications-APP-stages-1-0", stage{}},
	{"applications-APP-stages", []stage{}},
	{"applications-APP-storage-rdd-ID", cached{}},
	{"applications-APP-storage-rdd", []cached{}},
	{"applications-APP-streaming-batches-ID-operations-0", operation{}},
	{"applications-APP-streaming-batches-ID-operations", []operation{}},
	{"applications-APP-streaming-batches-ID", batch{}},
	{"applications-APP-streaming-batches", []batch{}},
	{"applications-APP-streaming-receivers-0", receiver{}},
	{"applications-APP-streaming-receivers", []receiver{}},
	{"applications-APP-streaming-statistics", statistics{}},
	{"applications-APP.", application{}},
	{"applications", []application{}},
	{"version", struct {
		Spark string `json:"spark"`
	}{}},
}

// Every recorded answer, read into the type that answers here and written again, is the same text: names, order, types,
// absent fields, dates, doubles and layout.
func TestRecordedAnswersSurviveARoundTrip(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 25 {
		t.Fatalf("recorded answers: %v, %v", files, err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		if name == "index.json" || strings.HasPrefix(name, "executors-driver") { // the latter was laid out anew when it was cut
			continue
		}
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range kinds {
				if !strings.HasPrefix(name, k.prefix) {
					continue
				}
				v := reflect.New(reflect.TypeOf(k.zero))
				dec := json.NewDecoder(bytes.NewReader(want))
				dec.DisallowUnknownFields()
				if err := dec.Decode(v.Interface()); err != nil {
					t.Fatal(err)
				}
				got, err := marshal(v.Elem().Interface())
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) && !sameButForMapOrder(t, got, want) {
					i := 0
					for i < min(len(got), len(want)) && got[i] == want[i] {
						i++
					}
					t.Errorf("differs at byte %d:\ngot  …%s\nwant …%s", i, cut(got, i), cut(want, i))
				}
				return
			}
			t.Fatal("no type for this file")
		})
	}
}

func cut(b []byte, i int) []byte { return b[max(0, i-60):min(len(b), i+60)] }

// sameButForMapOrder: tasks are a map, whose order is accidental in Spark.
func sameButForMapOrder(t *testing.T, got, want []byte) bool {
	if !bytes.Contains(want, []byte(`"tasks"`)) && !bytes.Contains(want, []byte(`"executorResources"`)) {
		return false
	}
	g, w := parse(t, got), parse(t, want)
	sample := newShape()
	sample.learn(w, "")
	return len(got) == len(want) && sample.check(g, "") == ""
}

// served asks the handler over events that resemble what was recorded.
func served(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	h := New(historytest.Store(), Options{Now: func() time.Time { return historytest.Now }, Addr: "127.0.0.1:4040"})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

type recorded struct {
	Path, ContentType, File string
	Status                  int
}

func index(t *testing.T) (list []recorded) {
	t.Helper()
	text, err := os.ReadFile("testdata/index.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// pathHere puts the ids of the made-up events in place of the recorded ones.
var pathHere = strings.NewReplacer("{appId}", historytest.App.ID, "storage/rdd/52", "storage/rdd/71",
	"batches/1795264816000", "batches/1767261612000", "stages/1", "stages/1", "+", "%2B")

// otherReceivers is what was not recorded: a receiver that met an error and a stream without one. The members are those of
// the published API.
const otherReceivers = `[{"streamId":0,"streamName":"","isActive":false,"executorId":"","executorHost":"","lastErrorTime":"",
	"lastErrorMessage":"","lastError":"","avgEventRate":0.0,"eventRates":[]},
	{"streamId":0,"streamName":"","avgEventRate":0.0,"eventRates":[]}]`

func TestAnswersHaveTheRecordedShape(t *testing.T) {
	n := 0
	for _, r := range index(t) {
		if r.Status != http.StatusOK || r.File == "" {
			continue
		}
		n++
		t.Run(r.File, func(t *testing.T) {
			want := newShape()
			// The elements of a list and of a lone answer are the same kind of object: learn from all files of the kind.
			for _, other := range sameKind(t, r.File) {
				text, err := os.ReadFile("testdata/" + other.file)
				if err != nil {
					t.Fatal(err)
				}
				v := parse(t, text)
				switch {
				case other.list && !isList(r.File):
					want.learnElements(v)
				case !other.list && isList(r.File):
					want.learn(node{kind: list, elems: []node{v}}, "")
				default:
					want.learn(v, "")
				}
			}
			switch r.File {
			case "applications-APP-streaming-receivers.json":
				want.learn(parse(t, []byte(otherReceivers)), "")
			case "applications-APP-streaming-receivers-0.json":
				want.learnElements(parse(t, []byte(otherReceivers)))
			}
			w := served(t, pathHere.Replace(r.Path))
			if w.Code != r.Status {
				t.Fatalf("GET %s: %d %s", r.Path, w.Code, w.Body)
			}
			ct := w.Header().Get("Content-Type")
			if r.ContentType != "" && ct != r.ContentType {
				t.Errorf("content type %q, want %q", ct, r.ContentType)
			}
			got := parse(t, w.Body.Bytes())
			if got.kind == list && len(got.elems) == 0 && !strings.Contains(r.Path, "status=completed") {
				t.Fatalf("GET %s gave an empty list, which shows nothing", r.Path)
			}
			if diff := want.check(got, ""); diff != "" {
				t.Errorf("GET %s: %s", r.Path, diff)
			}
		})
	}
	if n < 25 {
		t.Errorf("only %d answers compared", n)
	}
}

func isList(file string) bool {
	for _, k := range kinds {
		if strings.HasPrefix(file, k.prefix) {
			return reflect.TypeOf(k.zero).Kind() == reflect.Slice
		}
	}
	return true
}

type kindOfFile struct {
	file string
	list bool
}

func sameKind(t *testing.T, file string) (found []kindOfFile) {
	kind := func(f string) (reflect.Type, bool) {
		for _, k := range kinds {
			if strings.HasPrefix(f, k.prefix) {
				typ := reflect.TypeOf(k.zero)
				if typ.Kind() == reflect.Slice {
					return typ.Elem(), true
				}
				return typ, false
			}
		}
		return nil, true // threads
	}
	mine, _ := kind(file)
	for _, r := range index(t) {
		if strings.HasSuffix(r.File, ".json") {
			if typ, isList := kind(r.File); typ == mine {
				found = append(found, kindOfFile{r.File, isList})
			}
		}
	}
	failed, _ := filepath.Glob("testdata/*-failed.json") // batches that the index does not list
	for _, path := range failed {
		if typ, isList := kind(filepath.Base(path)); typ == mine {
			found = append(found, kindOfFile{filepath.Base(path), isList})
		}
	}
	return found
}

// What is not found is said in the recorded words.
func TestNotFoundHasTheRecordedText(t *testing.T) {
	n := 0
	for _, r := range index(t) {
		if r.Status != http.StatusNotFound || strings.Contains(r.File, "streaming-statistics-") {
			continue
		}
		n++
		want, err := os.ReadFile("testdata/" + r.File)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(strings.TrimSpace(string(want)), "local-1795264784783", historytest.App.ID)
		w := served(t, pathHere.Replace(r.Path))
		if w.Code != 404 || w.Body.String() != text || w.Header().Get("Content-Type") != r.ContentType {
			t.Errorf("GET %s: %d %q (%s), want 404 %q (%s)", r.Path, w.Code, w.Body, w.Header().Get("Content-Type"), text, r.ContentType)
		}
	}
	if n < 7 {
		t.Errorf("only %d texts compared", n)
	}
}
