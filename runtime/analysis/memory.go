package analysis

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"gospark/runtime/condition"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// Names of Spark's own catalog and databases.
const (
	SessionCatalog  = "spark_catalog"
	DefaultDatabase = "default"
	GlobalDatabase  = "global_temp"
)

// Memory is a catalog in memory: temporary views, global ones, tables by database, and functions. Files are opened by
// OpenSource, if it is set. It may be used by several goroutines.
type Memory struct {
	// OpenSource finds files and systems. CachedPlan says whether a relation's rows are kept.
	OpenSource func(ds *logical.DataSource) (resolved.Source, error)
	CachedPlan func(planID int64) bool
	// FoldCase says that names are the same whatever their case; NewMemory sets it.
	FoldCase bool

	mu sync.RWMutex
	memoryState
	shared *databases
}

// memoryState is what a session has for itself, and a snapshot keeps. Its maps are replaced, never changed.
type memoryState struct {
	current   string
	views     map[string]*Table
	functions map[string]Function
}

// databases are what sessions have in common. The maps are replaced, never changed.
type databases struct {
	mu     sync.RWMutex
	tables map[string]map[string]*Table // by database; global_temp is one of them
}

func (d *databases) of(database string) map[string]*Table {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.tables[database]
}

func (d *databases) names() []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.Sorted(maps.Keys(d.tables))
}

func (d *databases) snapshot() *databases {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return &databases{tables: d.tables}
}

var _ Catalog = (*Memory)(nil)

// NewMemory makes a catalog with an empty database named default.
func NewMemory() *Memory {
	return newMemory(&databases{tables: map[string]map[string]*Table{DefaultDatabase: {}, GlobalDatabase: {}}})
}

func newMemory(shared *databases) *Memory {
	return &Memory{FoldCase: true, shared: shared, memoryState: memoryState{
		current:   DefaultDatabase,
		views:     map[string]*Table{},
		functions: map[string]Function{},
	}}
}

// NewSession is a catalog with the same databases, and no temporary views and functions yet.
func (m *Memory) NewSession() *Memory {
	n := newMemory(m.shared)
	n.OpenSource, n.CachedPlan, n.FoldCase = m.OpenSource, m.CachedPlan, m.FoldCase
	return n
}

// Snapshot is the catalog as it is now, which later changes do not reach: what a view made of a DataFrame refers to.
func (m *Memory) Snapshot() *Memory {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return &Memory{OpenSource: m.OpenSource, CachedPlan: m.CachedPlan, FoldCase: m.FoldCase, memoryState: m.memoryState, shared: m.shared.snapshot()}
}

func (m *Memory) key(name string) string {
	if m.FoldCase {
		return strings.ToLower(name)
	}
	return name
}

// Table looks a name of one part up among the temporary views and then in the current database.
func (m *Memory) Table(parts []string) (*Table, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if len(parts) == 1 {
		if v := m.views[m.key(parts[0])]; v != nil {
			return v, nil
		}
	}
	database, name, err := m.place(parts)
	if err != nil {
		return nil, err
	}
	return m.shared.of(database)[name], nil
}

// place is the database and the name in it that parts stand for.
func (m *Memory) place(parts []string) (database, name string, err error) {
	rest := parts
	if len(rest) > 2 && strings.EqualFold(rest[0], SessionCatalog) {
		rest = rest[1:]
	}
	switch len(rest) {
	case 1:
		return m.current, m.key(rest[0]), nil
	case 2:
		return m.key(rest[0]), m.key(rest[1]), nil
	}
	return "", "", newError("REQUIRES_SINGLE_PART_NAMESPACE", "sessionCatalog", SessionCatalog, "identifier", quoteParts(parts))
}

// Function is a user's function.
func (m *Memory) Function(name string) Function {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.functions[strings.ToLower(name)]
}

// Current is the database in use.
func (m *Memory) Current() string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.current
}

// HasDatabase says whether there is a database.
func (m *Memory) HasDatabase(name string) bool {
	return m.shared.of(m.key(name)) != nil
}

// Open opens files or a system.
func (m *Memory) Open(ds *logical.DataSource) (resolved.Source, error) {
	if m.OpenSource == nil {
		return nil, newError("DATA_SOURCE_NOT_FOUND", "provider", ds.Format)
	}
	return m.OpenSource(ds)
}

// Cached says whether rows of a relation are kept.
func (m *Memory) Cached(planID int64) bool { return m.CachedPlan != nil && m.CachedPlan(planID) }

// SetView defines a temporary view, or with nil drops it.
func (m *Memory) SetView(name string, t *Table) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.views = with(m.views, m.key(name), t)
}

// View is the temporary view of a name, nil if there is none.
func (m *Memory) View(name string) *Table {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.views[m.key(name)]
}

// Views are the names of the temporary views, sorted.
func (m *Memory) Views() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Sorted(maps.Keys(m.views))
}

// SetTable defines a table or view in a database, or with nil drops it.
func (m *Memory) SetTable(parts []string, t *Table) error {
	m.mu.RLock()
	database, name, err := m.place(parts)
	m.mu.RUnlock()
	if err != nil {
		return err
	}
	if t != nil && t.Source != nil && t.PlanID == 0 {
		t.PlanID = logical.NextPlanID()
	}
	d := m.shared
	d.mu.Lock()
	defer d.mu.Unlock()
	tables := d.tables[database]
	if tables == nil {
		return schemaNotFound(database)
	}
	d.tables = with(d.tables, database, with(tables, name, t))
	return nil
}

// Tables are the names of the tables and views of a database, sorted; an error if there is no such database.
func (m *Memory) Tables(database string) ([]string, error) {
	tables := m.shared.of(m.key(database))
	if tables == nil {
		return nil, schemaNotFound(database)
	}
	return slices.Sorted(maps.Keys(tables)), nil
}

// Databases are the names of the databases, sorted, without that of the global views.
func (m *Memory) Databases() []string {
	return slices.DeleteFunc(m.shared.names(), func(n string) bool { return n == GlobalDatabase })
}

// SetDatabase makes an empty database, or drops one with all that is in it.
func (m *Memory) SetDatabase(name string, exists bool) {
	d := m.shared
	d.mu.Lock()
	defer d.mu.Unlock()
	if !exists {
		d.tables = with(d.tables, m.key(name), nil)
	} else if d.tables[m.key(name)] == nil {
		d.tables = with(d.tables, m.key(name), map[string]*Table{})
	}
}

// Use makes a database the current one.
func (m *Memory) Use(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shared.of(m.key(name)) == nil {
		return schemaNotFound(name)
	}
	m.current = m.key(name)
	return nil
}

// SetFunction registers a function, or with nil forgets it.
func (m *Memory) SetFunction(name string, f Function) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.functions = with(m.functions, strings.ToLower(name), f)
}

// FunctionNames are the names of the users' functions, sorted.
func (m *Memory) FunctionNames() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Sorted(maps.Keys(m.functions))
}

func schemaNotFound(name string) *condition.Error {
	return newError("SCHEMA_NOT_FOUND", "schemaName", quoteParts([]string{SessionCatalog, name}))
}

// with is the map with another value for a key, without the key for the zero value. The old map stays as it is, for
// snapshots.
func with[V any](m map[string]V, key string, value V) map[string]V {
	n := make(map[string]V, len(m)+1)
	maps.Copy(n, m)
	n[key] = value
	if isNil(value) {
		delete(n, key)
	}
	return n
}

func isNil(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case *Table:
		return v == nil
	case map[string]*Table:
		return v == nil
	}
	return false
}
