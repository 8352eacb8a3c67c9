package engine

import (
	"context"
	"sync"

	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/format/files"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// sources remembers the files of relations: a DataFrame is analysed with each method called on it, and its files are
// looked for, and their columns inferred, once. A reader's DataFrame keeps the files it began with; those of a query's
// text are looked for again, and only their columns are remembered while they have not changed.
type sources struct {
	mu    sync.Mutex
	known map[sourceKey]*files.Relation
	order []sourceKey
}

// A sourceKey is what a relation is known by: its number, or its place in a text.
type sourceKey struct {
	plan   int64
	origin *logical.Origin
}

// maxSources bounds what is remembered; the oldest is forgotten.
const maxSources = 256

func (s *sources) find(k sourceKey) *files.Relation {
	s.mu.Lock()
	r := s.known[k]
	s.mu.Unlock()
	if r == nil || k.plan == 0 && !r.Current() {
		return nil
	}
	return r
}

func (s *sources) keep(k sourceKey, r *files.Relation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[sourceKey]*files.Relation{}
	}
	if s.known[k] == nil {
		s.order = append(s.order, k)
	}
	s.known[k] = r
	if len(s.order) > maxSources {
		delete(s.known, s.order[0])
		s.order = s.order[1:]
	}
}

func (s *sources) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known, s.order = nil, nil
}

// defaultFormat is what files are taken for when nobody says.
func (e *Engine) defaultFormat() string {
	return e.Settings.Get("spark.sql.sources.default", "parquet")
}

// fileEnv is what the reading and writing of files depends on.
func (e *Engine) fileEnv(options map[string]string) format.Env {
	return format.Env{Options: format.OptionsOf(options), Zone: e.Zone(), Parallelism: e.Scheduler.Slots(),
		Exact:   e.Settings.Get("spark.sql.caseSensitive") == "true",
		Setting: func(key, otherwise string) string { return e.Settings.Get(key, otherwise) }}
}

// open finds the files of a data source.
func (e *Engine) open(ds *logical.DataSource) (resolved.Source, error) {
	if ds.Streaming {
		return nil, condition.New("DATA_SOURCE_NOT_FOUND", "42K02", "Failed to find the data source: %s. Make sure the provider name is correct and the package is properly registered and compatible with your Spark version.", ds.Format).WithParam("provider", ds.Format)
	}
	key := sourceKey{plan: ds.PlanID}
	if key.plan == 0 {
		key.origin = ds.Origin
	}
	known := key != sourceKey{}
	if known {
		if r := e.sources.find(key); r != nil {
			return r, nil
		}
	}
	name := ds.Format
	if name == "" {
		name = e.defaultFormat()
	}
	r, err := files.Open(context.Background(), files.Spec{Format: name, Schema: ds.Schema, Paths: ds.Paths, Env: e.fileEnv(ds.Options)})
	if err != nil {
		return nil, err
	}
	if known {
		e.sources.keep(key, r)
	}
	return r, nil
}
