package interp

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"
)

// Programs: what was typed, as one file that the Go compiler takes.
//
// Functions, types, constants and the variables that functions use stand at the top of the file, statements in main, in
// the order they were typed. A name that was declared several times becomes several names. Because a file that does
// not compile helps nobody, the result is checked as the compiler would, and refused if there is anything wrong.

// Frame is what stands around the inputs in a program. Head holds declarations, those of Config.Vars among them; Tail
// is the end of main. Both may use Imports and what is dot-imported.
type Frame struct {
	Imports    []string
	Head, Tail string
}

// Typed is an input of a program. Results is the number of the first result it made.
type Typed struct {
	Text    string
	Results int
}

// Results is the number the next expression's value gets at least.
func (in *Interp) Results() int {
	in.mu.RLock()
	defer in.mu.RUnlock()
	return in.results
}

// Program writes inputs that were evaluated as a program. Nothing is evaluated.
func (in *Interp) Program(inputs []Typed) (string, error) {
	again, err := New(in.config)
	if err != nil {
		return "", err
	}
	p := &program{in: again, names: map[types.Object]string{}, taken: map[string]bool{}, top: map[types.Object]bool{}, used: map[types.Object]bool{}, imports: map[string]string{}}
	s := again.session.clone()
	for i, input := range inputs {
		again.results = input.Results
		for _, piece := range pieces(again.addSource(Source{Text: input.Text, File: fmt.Sprintf("input %d", i+1), Line: 1})) {
			c, err := again.check(piece, s)
			if err != nil {
				return "", err
			}
			p.add(c, s)
		}
	}
	return p.write()
}

type program struct {
	in      *Interp
	parts   []part
	names   map[types.Object]string // what the session declared, and its name in the program
	taken   map[string]bool
	top     map[types.Object]bool // variables that declarations use
	used    map[types.Object]bool // variables that are read
	imports map[string]string     // name to path
}

// A part is a checked piece, and the variables its expressions become.
type part struct {
	*checked
	results map[ast.Stmt]*types.Var
}

// add takes a piece over: it notes what is used, and declares the results of expressions in s.
func (p *program) add(c *checked, s *session) {
	t := part{c, map[ast.Stmt]*types.Var{}}
	for _, i := range c.imports {
		p.imports[i.name] = i.path
	}
	if c.info == nil {
		return
	}
	for id := range c.info.Defs {
		p.taken[id.Name] = true
	}
	for id, o := range c.info.Uses {
		p.taken[id.Name] = true
		if pkg, ok := o.(*types.PkgName); ok {
			p.imports[pkg.Name()] = pkg.Imported().Path()
		}
	}
	assigned := map[*ast.Ident]bool{}
	for _, st := range c.stmts {
		ast.Inspect(st, func(n ast.Node) bool {
			if a, ok := n.(*ast.AssignStmt); ok {
				for _, x := range a.Lhs {
					if id, ok := x.(*ast.Ident); ok {
						assigned[id] = true
					}
				}
			}
			return true
		})
		if x, ok := st.(*ast.ExprStmt); ok {
			if v := resultType(c.info, ast.Unparen(x.X)); v != nil {
				name := p.in.resultName(s)
				p.in.results++
				t.results[st] = types.NewVar(token.NoPos, c.pkg, name, v)
				s.declare(t.results[st])
			}
		}
	}
	for id, o := range c.info.Uses {
		if !assigned[id] {
			p.used[o] = true
		}
	}
	for _, d := range c.decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && c.info.Uses[id] != nil {
				p.top[c.info.Uses[id]] = true
			}
			return true
		})
	}
	p.parts = append(p.parts, t)
}

// resultType is the type of the variable an expression's value is kept in, nil if it is not kept in one.
func resultType(info *types.Info, x ast.Expr) types.Type {
	tv := info.Types[x]
	if tv.IsVoid() || tv.IsNil() || prints(info, x) {
		return nil
	}
	if _, ok := tv.Type.(*types.Tuple); ok {
		return nil
	}
	return types.Default(tv.Type)
}

// name gives an object a name of its own.
func (p *program) name(o types.Object, declared map[string]bool) {
	name := o.Name()
	for n := 2; declared[name]; n++ {
		if name = o.Name() + strconv.Itoa(n); p.taken[name] {
			name = o.Name()
		}
	}
	declared[name] = true
	p.names[o] = name
}

func (p *program) write() (string, error) {
	declared := map[string]bool{"main": true, "init": true}
	for _, n := range declaredNames(p.in.config.Frame.Head) {
		declared[n] = true
	}
	for n := range p.in.session.given {
		declared[n] = true
	}
	for _, t := range p.parts {
		for _, o := range t.objects {
			p.name(o, declared)
		}
		for _, st := range t.stmts {
			if v := t.results[st]; v != nil {
				p.name(v, declared)
			}
		}
	}
	var decls, main bytes.Buffer
	for _, t := range p.parts {
		p.rename(t.checked)
		for _, d := range t.decls {
			p.declaration(t.checked, d, &decls, &main)
		}
		for _, st := range t.stmts {
			if defersCalls(st) {
				return "", fmt.Errorf("%s: a deferred call of an input of its own would run at the end of the program; put it into a function", t.source.name)
			}
			p.statement(t, st, &decls, &main)
		}
	}
	var b strings.Builder
	b.WriteString("package main\n\n" + p.importDecl(decls.String()+main.String()) + "\n" + p.in.config.Frame.Head + "\n" + decls.String())
	b.WriteString("\nfunc main() {\n" + main.String() + p.in.config.Frame.Tail + "}\n")
	text, err := format.Source([]byte(b.String()))
	if err != nil {
		return "", err
	}
	return string(text), p.compiles(string(text))
}

// importDecl imports what the frame and the inputs use.
func (p *program) importDecl(inputs string) string {
	mentioned := map[string]bool{}
	for _, q := range qualifiers(inputs) {
		mentioned[q] = true
	}
	lines := map[string]bool{}
	for _, i := range p.in.config.Frame.Imports {
		lines[strconv.Quote(i)] = true
	}
	for name, from := range p.imports {
		switch {
		case name == "_" || name == ".":
			lines[name+" "+strconv.Quote(from)] = true
		case !mentioned[name]:
		case name == path.Base(from):
			lines[strconv.Quote(from)] = true
		default:
			lines[name+" "+strconv.Quote(from)] = true
		}
	}
	for _, i := range p.in.config.DotImports {
		lines[". "+strconv.Quote(i)] = true
	}
	return "import (\n\t" + strings.Join(sortedNames(lines), "\n\t") + "\n)\n"
}

// compiles checks a whole program as the compiler does.
func (p *program) compiles(text string) error {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "program", text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	conf := types.Config{Importer: p.in.world}
	if _, err := conf.Check("main", fset, []*ast.File{file}, nil); err != nil {
		var e types.Error
		if !errors.As(err, &e) {
			return err
		}
		line := strings.Split(text, "\n")[fset.Position(e.Pos).Line-1]
		return fmt.Errorf("the inputs are no program that compiles: %s: %s", e.Msg, strings.TrimSpace(line))
	}
	return nil
}
