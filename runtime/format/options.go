package format

import (
	"strconv"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Options are what a user said about a read or a write. The case of names does not count: keys are in lower case.
type Options map[string]string

// OptionsOf takes options as a user wrote them.
func OptionsOf(m map[string]string) Options {
	o := make(Options, len(m))
	for k, v := range m {
		o[strings.ToLower(k)] = v
	}
	return o
}

// Text is an option, or what it is if it is not set.
func (o Options) Text(name, otherwise string) string { return o.First(otherwise, name) }

// First is the first of several names of an option that is set.
func (o Options) First(otherwise string, names ...string) string {
	for _, n := range names {
		if v, ok := o[strings.ToLower(n)]; ok {
			return v
		}
	}
	return otherwise
}

// Has says whether an option is set.
func (o Options) Has(name string) bool {
	_, ok := o[strings.ToLower(name)]
	return ok
}

// Bool is an option that is true or false.
func (o Options) Bool(name string, otherwise bool) (bool, error) {
	v, ok := o[strings.ToLower(name)]
	if !ok {
		return otherwise, nil
	}
	switch strings.ToLower(v) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, condition.New("", "", "%s flag can be true or false", name)
}

// Int is an option that is a whole number.
func (o Options) Int(name string, otherwise int) (int, error) {
	v, ok := o[strings.ToLower(name)]
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		return 0, condition.New("", "", "%s should be an integer. Found %s.", name, v)
	}
	return n, nil
}

// A Parser reads options one after another, and keeps the first error.
type Parser struct {
	Options
	Err error
}

// Bool is an option that is true or false.
func (p *Parser) Bool(name string, otherwise bool) bool {
	v, err := p.Options.Bool(name, otherwise)
	p.note(err)
	return v
}

// Int is an option that is a whole number.
func (p *Parser) Int(name string, otherwise int) int {
	v, err := p.Options.Int(name, otherwise)
	p.note(err)
	return v
}

func (p *Parser) note(err error) {
	if p.Err == nil {
		p.Err = err
	}
}

// TimeZone sets the environment's zone to the one of the option timeZone, if there is one.
func (e *Env) TimeZone() error {
	id := e.Options.Text("timeZone", "")
	if id == "" {
		return nil
	}
	z, err := types.Zone(id)
	if err != nil {
		return err
	}
	e.Zone = z
	return nil
}

// Float is an option that is a number.
func (p *Parser) Float(name string, otherwise float64) float64 {
	v, ok := p.Options[strings.ToLower(name)]
	if !ok {
		return otherwise
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil {
		p.note(condition.New("", "", "%s should be a number. Found %s.", name, v))
	}
	return n
}
