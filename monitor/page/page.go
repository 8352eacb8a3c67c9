// Package page is the monitor's web page: streaming, streaming queries, jobs, stages, storage, environment and executors, from a history.
//
// Pages are made on the server and are complete without a script. The one script draws the charts, from data in the page,
// and keeps the page up to date: it is told of changes by /events and then takes over what is different in the page asked
// anew. Nothing is loaded from elsewhere, and the content security policy says so; all text goes through html/template.
package page

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"

	"gospark/monitor/history"
)

//go:embed templates static
var files embed.FS

// Options are what a history does not know.
type Options struct {
	Now     func() time.Time
	Dropped func() map[string]int64 // events lost by listener; may be nil
	Done    <-chan struct{}         // closed when the monitor ends
}

// A view makes what a template shows. It runs with the history held still and must not keep anything of it.
type view func(q *query) (any, error)

// pageTable maps paths to templates and views. Paths are Spark's but for those of streaming queries, which are as short.
var pageTable = []struct {
	path, template, tab string
	view                view
}{
	{"/streaming/", "streaming.html", "Streaming", streaming},
	{"/streaming/batch/", "batch.html", "Streaming", batch},
	{"/queries/", "queries.html", "Queries", queries},
	{"/queries/query/", "query.html", "Queries", queryPage},
	{"/jobs/", "jobs.html", "Jobs", jobs},
	{"/jobs/job/", "job.html", "Jobs", job},
	{"/stages/", "stages.html", "Stages", stages},
	{"/stages/stage/", "stage.html", "Stages", stage},
	{"/storage/", "storage.html", "Storage", storage},
	{"/storage/rdd/", "dataset.html", "Storage", dataset},
	{"/environment/", "environment.html", "Environment", environment},
	{"/executors/", "executors.html", "Executors", executors},
}

// tabs in the order of the head line.
var tabs = []string{"Streaming", "Queries", "Jobs", "Stages", "Storage", "Environment", "Executors"}

// A query is one request with the history held still.
type query struct {
	*history.History
	Options
	http *http.Request
	now  time.Time
}

// errNotFound says in words for the reader what is not there.
type errNotFound string

func (e errNotFound) Error() string { return string(e) }

// frame is what every page has.
type frame struct {
	Title, Tab string
	Tabs       []string
	App        string
	AppID      string
	Version    string
	Master     string
	Ended      bool
	Lost       int64
	View       any
	Problem    string
}

// templates are parsed at the first request, so that a shell whose page nobody opens does not pay for it.
var templates = sync.OnceValue(func() map[string]*template.Template {
	layout := template.Must(template.New("layout.html").Funcs(functions).ParseFS(files, "templates/layout.html", "templates/parts.html"))
	m := map[string]*template.Template{"problem.html": template.Must(template.Must(layout.Clone()).ParseFS(files, "templates/problem.html"))}
	for _, p := range pageTable {
		m[p.template] = template.Must(template.Must(layout.Clone()).ParseFS(files, "templates/"+p.template))
	}
	return m
})

// New makes the handler of the pages, their files and /events. It asks to be mounted at /.
func New(store *history.Store, o Options) http.Handler {
	mux := http.NewServeMux()
	for _, p := range pageTable {
		mux.HandleFunc(p.path+"{$}", func(w http.ResponseWriter, r *http.Request) {
			serve(w, r, store, o, p.template, p.tab, p.view)
		})
	}
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		first := "/jobs/"
		store.Read(func(h *history.History) {
			switch {
			case h.Queries.Len() > 0:
				first = "/queries/"
			case h.Contexts.Len() > 0:
				first = "/streaming/"
			}
		})
		http.Redirect(w, r, first, http.StatusFound)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		serve(w, r, store, o, "", "", func(*query) (any, error) { return nil, errNotFound("There is no page " + r.URL.Path) })
	})
	static, err := fs.Sub(files, "static")
	if err != nil {
		panic("page: embedded files: " + err.Error())
	}
	fileServer := http.StripPrefix("/static/", http.FileServerFS(static))
	mux.HandleFunc("/static/", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		fileServer.ServeHTTP(w, r)
	})
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) { live(w, r, store, o.Done) })
	return mux
}

const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func serve(w http.ResponseWriter, r *http.Request, store *history.Store, o Options, name, tab string, v view) {
	f := frame{Tab: tab, Tabs: tabs}
	code := http.StatusOK
	var err error
	store.Read(func(h *history.History) {
		f.App, f.AppID, f.Version, f.Master, f.Ended = h.App.Name, h.App.ID, h.App.Version, h.App.Master, !h.Ended.IsZero()
		f.View, err = v(&query{History: h, Options: o, http: r, now: o.Now()})
	})
	var missing errNotFound
	if errors.As(err, &missing) {
		code, name, f.Problem = http.StatusNotFound, "problem.html", string(missing)
	} else if err != nil {
		code, name, f.Problem = http.StatusInternalServerError, "problem.html", err.Error()
	}
	f.Title = tab
	if t, ok := f.View.(interface{ title() string }); ok {
		f.Title = t.title()
	}
	if o.Dropped != nil {
		for _, n := range o.Dropped() {
			f.Lost += n
		}
	}
	var text bytes.Buffer
	if err := templates()[name].ExecuteTemplate(&text, "layout.html", f); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", contentPolicy)
	w.Header().Set("Referrer-Policy", "same-origin")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	w.Write(text.Bytes())
}
