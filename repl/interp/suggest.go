package interp

import (
	"go/ast"
	"go/types"
	"regexp"
	"strings"
)

// "did you mean": names that are nearly the one that is not there.

var (
	undefinedName   = regexp.MustCompile(`^undefined: (\w+)$`)
	undefinedMember = regexp.MustCompile(`^undefined: (\w+)\.(\w+)$`)
	undefinedField  = regexp.MustCompile(`^\S+ undefined \(type .* has no field or method (\w+)\)$`)
)

// suggest adds to type errors what may have been meant.
func (in *Interp) suggest(errs []types.Error, c *checked, s *session) {
	for i := range errs {
		msg := errs[i].Msg
		var wanted string
		var names []string
		if m := undefinedName.FindStringSubmatch(msg); m != nil {
			wanted, names = m[1], in.namesFor(m[1], s)
		} else if m := undefinedMember.FindStringSubmatch(msg); m != nil {
			wanted = m[2]
			for _, o := range c.info.Uses {
				if p, ok := o.(*types.PkgName); ok && p.Name() == m[1] {
					names = p.Imported().Scope().Names()
				}
			}
		} else if m := undefinedField.FindStringSubmatch(msg); m != nil {
			wanted = m[1]
			names = members(c, errs[i], wanted)
		}
		if best := nearest(wanted, names); best != "" {
			errs[i].Msg += " (did you mean " + best + "?)"
		}
	}
}

// namesFor lists what a name at top level could have been: session names, predeclared ones, packages.
func (in *Interp) namesFor(wanted string, s *session) []string {
	names := append(sortedNames(s.objects), sortedNames(s.imports)...)
	names = append(names, types.Universe.Names()...)
	for _, p := range in.world.Paths() {
		base := p[strings.LastIndexByte(p, '/')+1:]
		if paths := in.world.Lookup(base); len(paths) > 0 && paths[0] == p {
			names = append(names, base)
		}
	}
	return names
}

// members lists the fields and methods of what stands left of the name an error is about.
func members(c *checked, err types.Error, name string) []string {
	var names []string
	add := func(t types.Type) {
		if st, ok := deref(t).Underlying().(*types.Struct); ok {
			for f := range st.Fields() {
				names = append(names, f.Name())
			}
		}
		if _, isPointer := t.Underlying().(*types.Pointer); !isPointer && !types.IsInterface(t) {
			t = types.NewPointer(t)
		}
		set := types.NewMethodSet(t)
		for i := range set.Len() {
			names = append(names, set.At(i).Obj().Name())
		}
	}
	look := func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == name && (sel.Sel.Pos() == err.Pos || sel.Pos() == err.Pos) {
			if t := c.info.TypeOf(sel.X); t != nil {
				add(t)
			}
		}
		return true
	}
	for _, s := range c.stmts {
		ast.Inspect(s, look)
	}
	for _, d := range c.decls {
		ast.Inspect(d, look)
	}
	return names
}

// nearest is the name with the fewest differences, empty if none is near.
func nearest(wanted string, names []string) string {
	best, bestDistance := "", 3
	if len(wanted) < 5 {
		bestDistance = 2
	}
	if len(wanted) < 2 {
		return ""
	}
	for _, n := range names {
		if n == wanted || strings.HasPrefix(n, "_") {
			continue
		}
		d := distance(wanted, n)
		if strings.EqualFold(wanted, n) {
			d = 0
		}
		if d < bestDistance {
			best, bestDistance = n, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their neighbour.
func distance(a, b string) int {
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return 3
	}
	var older, before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		older, before, row = before, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := before[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(before[j]+1, row[j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
