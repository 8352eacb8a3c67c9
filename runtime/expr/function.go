package expr

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"gospark/runtime/types"
)

// A Function is an entry of the registry: what SQL, the DataFrame API, completion, SHOW FUNCTIONS and :doc know of a
// function. Exactly one of Impl, Bind, Agg, Window, Gen and Make says how it works.
type Function struct {
	// Name is the SQL name. Aliases are other names, shown as the user wrote them; SameAs are names shown as Name.
	Name    string
	Aliases []string
	SameAs  []string
	Show    string // the name shown in columns, if it is not Name
	API     string // the Go name, if it is not Name in CamelCase

	Group   string // of the documentation: set by the family's table
	Doc     string // one or two sentences
	Example string // SQL, and after " = " what it yields

	// Sig is the arguments and the result: see [parseSignature].
	Sig string
	sig signature
	// Exact says that arguments are not converted: only NULL takes the type of a parameter.
	Exact bool
	// Coerce prepares arguments in ways that Sig cannot say; it sees them before Sig does.
	Coerce func(r *Request) error
	// Check refuses arguments, after their conversion.
	Check func(text string, args []Expr) error
	// Ret is the result type of the converted arguments, where Sig says "?".
	Ret func(args []Expr) *types.Type
	// Null says when the result may be null; NullIf decides where that is not enough.
	Null   Nullability
	NullIf func(args []Expr) bool

	Impl   *Impl
	Bind   func(c *Call) *Impl // an implementation chosen by types or constants
	Agg    *AggImpl
	Window func(c *Call) WindowFunction
	Gen    *GenImpl
	Make   func(r *Request) (Expr, error) // anything else: the expression the call stands for

	Text    func(c *Call) string // the column's name, if it is not name(arguments)
	AggText func(a *Agg) string

	Commutative bool // the order of arguments makes no difference
	Volatile    bool // another value each time: rand, uuid
	PerTask     bool // depends on the task, not only on arguments: spark_partition_id
	Internal    bool // not for users: not listed
	Refused     bool // known, but not here: a call says why
}

// Nullability of a result.
type Nullability uint8

const (
	IfArgs Nullability = iota // when an argument is null
	Never
	Always // may be null whatever the arguments
)

// AggImpl is how an aggregate function works.
type AggImpl struct {
	// State are the types of the columns of a partial result.
	State func(a *Agg) []*types.Type
	New   func(a *Agg) Accumulator
}

// GenImpl is how a generator works.
type GenImpl struct {
	Fields func(args []Expr) []types.Field
	New    func(g *Generate) Generator
}

// Kind is what SHOW FUNCTIONS and DESCRIBE FUNCTION call the function.
func (f *Function) Kind() string {
	switch {
	case f.Agg != nil:
		return "aggregate"
	case f.Window != nil:
		return "window"
	case f.Gen != nil:
		return "generator"
	}
	return "scalar"
}

// shown is the name a call is displayed by when the user wrote name.
func (f *Function) shown(name string) string {
	if slices.Contains(f.Aliases, name) {
		return name
	}
	if f.Show != "" {
		return f.Show
	}
	return f.Name
}

// names are all names of the function.
func (f *Function) names() []string {
	return slices.Concat([]string{f.Name}, f.Aliases, f.SameAs)
}

// Usage is the way the function is called: substring(string|binary, int, int).
func (f *Function) Usage() string { return f.Name + f.sig.usage() }

var registry = map[string]*Function{}

// family puts the functions of a table into the registry. Each family file calls it once, from a variable's
// initializer or init.
func family(group string, table []Function) {
	for i := range table {
		f := &table[i]
		f.Group = group
		f.sig = parseSignature(f.Name, f.Sig)
		for _, n := range f.names() {
			if registry[n] != nil {
				panic(fmt.Sprintf("expr: function %s is declared twice", n))
			}
			registry[n] = f
		}
	}
}

// Lookup is the built-in function of a name, without regard to case; nil if there is none.
func Lookup(name string) *Function { return registry[strings.ToLower(name)] }

// Functions are the built-in functions, by name.
func Functions() []*Function {
	var fs []*Function
	for n, f := range registry {
		if n == f.Name && !f.Internal {
			fs = append(fs, f)
		}
	}
	sort.Slice(fs, func(i, j int) bool { return fs[i].Name < fs[j].Name })
	return fs
}

// FunctionNames are all names a user may call a built-in function by, sorted.
func FunctionNames() []string {
	var names []string
	for n, f := range registry {
		if !f.Internal {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	return names
}

// initialisms are the words Go writes in capitals.
var initialisms = map[string]string{"json": "JSON", "csv": "CSV", "sql": "SQL", "id": "ID", "url": "URL", "utc": "UTC",
	"uuid": "UUID", "md5": "MD5", "sha": "SHA", "sha1": "SHA1", "sha2": "SHA2", "crc32": "CRC32", "xxhash64": "XXHash64",
	"xml": "XML", "hll": "HLL", "ntz": "NTZ", "ltz": "LTZ", "udf": "UDF"}

// GoName is the name of a function in the DataFrame API: get_json_object is GetJSONObject.
func (f *Function) GoName() string {
	if f.API != "" {
		return f.API
	}
	return GoName(f.Name)
}

// GoName is an SQL name in Go's spelling.
func GoName(name string) string {
	var b strings.Builder
	for _, w := range strings.Split(name, "_") {
		if i, ok := initialisms[w]; ok {
			b.WriteString(i)
		} else if w != "" {
			b.WriteString(strings.ToUpper(w[:1]) + w[1:])
		}
	}
	return b.String()
}
