package session

import (
	"fmt"
	"regexp"
	"strings"

	"gospark/runtime/plan"
)

// A line of lineage is an RDD as Spark would have it: one node of the plan may stand for several, and nodes that only
// help another one are left out.
type line struct {
	name, kind string
	id         int
	origin     *plan.Origin
	node       plan.Node // nil for an RDD without a node of its own
	partitions int
	deps       []dependency
}

type dependency struct {
	on   *line
	kind string
}

const shuffleDependency = "ShuffleDependency"

func (l *line) String() string {
	name := l.name
	if name != "" {
		name += " "
	}
	return fmt.Sprintf("%s%s[%d] at %s", name, l.kind, l.id, l.origin)
}

// lineage is the RDD's own line.
func (r *RDD) lineage() *line {
	return linesOf(r.node, map[plan.Node][]dependency{})[0].on
}

// dependencyKind names the dependency on a child that is not moved, where it is not one to one.
func dependencyKind(n plan.Node) string {
	switch n := n.(type) {
	case *plan.Union:
		if n.Aligned {
			return "OneToOneDependency"
		}
		return "RangeDependency"
	case *plan.Coalesce, *plan.Cartesian:
		return "NarrowDependency"
	}
	return "OneToOneDependency"
}

// linesOf is what a parent of n depends on: n's RDD, or what n's children stand for if n has none.
func linesOf(n plan.Node, seen map[plan.Node][]dependency) []dependency {
	if d, ok := seen[n]; ok {
		return d
	}
	var deps []dependency
	_, moved := n.(*plan.Exchange)
	for _, c := range n.Children() {
		for _, d := range linesOf(c, seen) {
			if moved {
				d.kind = shuffleDependency
			} else if d.kind != shuffleDependency {
				d.kind = dependencyKind(n)
			}
			deps = append(deps, d)
		}
	}
	o := n.From()
	if o.Kind == "" {
		seen[n] = deps
		return deps
	}
	if c := o.Persisted(); c != nil {
		if cp := c.Checkpoint.Load(); cp != nil {
			l := &line{kind: cp.Kind, id: cp.ID, origin: cp, partitions: n.Partitions()}
			deps = []dependency{{on: l, kind: "OneToOneDependency"}}
		}
	}
	for i := len(o.Below) - 1; i >= 0; i-- {
		l := &line{kind: o.Below[i].Kind, id: o.Below[i].ID, origin: o, partitions: n.Partitions(), deps: deps}
		deps = []dependency{{on: l, kind: "OneToOneDependency"}}
	}
	l := &line{name: o.Name, kind: o.Kind, id: o.ID, origin: o, node: n, partitions: n.Partitions(), deps: deps}
	seen[n] = []dependency{{on: l, kind: "OneToOneDependency"}}
	return seen[n]
}

// A Dependency is an RDD that another one is computed from. Its text is the kind: OneToOneDependency, RangeDependency,
// NarrowDependency or ShuffleDependency.
type Dependency struct {
	Kind string
	RDD  string
}

// String is the kind of dependency.
func (d Dependency) String() string { return d.Kind }

// Dependencies lists what the RDD is computed from.
func (r *RDD) Dependencies() []Dependency {
	var ds []Dependency
	for _, d := range r.lineage().deps {
		ds = append(ds, Dependency{Kind: d.kind, RDD: d.on.String()})
	}
	return ds
}

// ToDebugString is the tree of RDDs that this one is computed from, as Spark draws it: an indentation is a shuffle, the
// number in brackets the partitions.
func (r *RDD) ToDebugString() string {
	self := r.lineage()
	d := &drawing{r: r}
	if c := r.node.From().Persisted(); c != nil {
		d.level = c.Level
	}
	parts := fmt.Sprintf("(%d)", self.partitions)
	off := (len(parts) - 1) / 2
	prefix := strings.Repeat(" ", off) + "|" + strings.Repeat(" ", len(parts)-off)
	for i, s := range d.texts(self) {
		if i == 0 {
			d.line(parts + " " + s)
		} else {
			d.line(prefix + " " + s)
		}
	}
	d.children(self, prefix)
	return strings.Join(d.lines, "\n")
}

// drawing draws a tree of lineage. Spark shows the level of the RDD that is asked for on every line.
type drawing struct {
	r     *RDD
	level string
	lines []string
}

func (d *drawing) line(s string) { d.lines = append(d.lines, s) }

func (d *drawing) texts(l *line) []string {
	ts := []string{fmt.Sprintf("%s [%s]", l, d.level)}
	if l.node == nil {
		return ts
	}
	if c := l.node.From().Persisted(); c != nil {
		if n, bytes := d.r.sc.sched.CacheState(c); n > 0 {
			ts = append(ts, fmt.Sprintf("    CachedPartitions: %d; MemorySize: %s; DiskSize: 0.0 B", n, sizeText(bytes)))
		}
	}
	return ts
}

func (d *drawing) children(l *line, prefix string) {
	for i, dep := range l.deps {
		if dep.kind != shuffleDependency {
			for _, s := range d.texts(dep.on) {
				d.line(prefix + s)
			}
			d.children(dep.on, prefix)
			continue
		}
		d.shuffled(dep.on, prefix, i == len(l.deps)-1)
	}
}

var lastBar = regexp.MustCompile(`\|\s+$`)

func (d *drawing) shuffled(l *line, prefix string, last bool) {
	parts := fmt.Sprintf("(%d)", l.partitions)
	off := (len(parts) - 1) / 2
	this := lastBar.ReplaceAllString(prefix, "")
	next := this + "| "
	if last {
		next = this + "  "
	}
	next += strings.Repeat(" ", off) + "|" + strings.Repeat(" ", len(parts)-off)
	for i, s := range d.texts(l) {
		if i == 0 {
			d.line(this + "+-" + parts + " " + s)
		} else {
			d.line(next + s)
		}
	}
	d.children(l, next)
}

// sizeText is a size as Spark writes it: 96.0 B, 1.5 KiB.
func sizeText(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	x, u := float64(n), 0
	for x >= 2048 && u < len(units)-1 {
		x /= 1024
		u++
	}
	return fmt.Sprintf("%.1f %s", x, units[u])
}
