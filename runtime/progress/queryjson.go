package progress

import (
	"bytes"
	"encoding/json"
)

// JSON is the report on one line.
func (p *QueryProgress) JSON() string { return compact(p) }

// PrettyJSON is the report on many lines, as Spark prints it.
func (p *QueryProgress) PrettyJSON() string { return pretty([]byte(compact(p))) }

func (p *QueryProgress) String() string { return p.PrettyJSON() }

// ShellString is what the prompt echoes.
func (p *QueryProgress) ShellString() string { return p.PrettyJSON() }

// ShellType is the name of the type at the prompt.
func (p *QueryProgress) ShellType() string { return "StreamingQueryProgress" }

// JSON is the status on one line.
func (s QueryStatus) JSON() string { return compact(s) }

func (s QueryStatus) String() string { return pretty([]byte(compact(s))) }

// ShellString is what the prompt echoes.
func (s QueryStatus) ShellString() string { return s.String() }

// ShellType is the name of the type at the prompt.
func (s QueryStatus) ShellType() string { return "StreamingQueryStatus" }

func compact(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return `{"error":` + string(quoted(err.Error())) + `}` // an offset that is no JSON
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

func quoted(s string) []byte {
	b, _ := json.Marshal(s) // a string always can be
	return b
}

// pretty lays JSON out as Jackson's default printer does: objects by line, arrays beside their brackets, a space on both
// sides of a colon.
func pretty(src []byte) string {
	var b bytes.Buffer
	depth := 0
	line := func() {
		b.WriteByte('\n')
		for range depth {
			b.WriteString("  ")
		}
	}
	var open []byte
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch c {
		case '"':
			end := i + 1
			for src[end] != '"' {
				if src[end] == '\\' {
					end++
				}
				end++
			}
			b.Write(src[i : end+1])
			i = end
		case '{', '[':
			b.WriteByte(c)
			if src[i+1] == c+2 {
				b.WriteString(" " + string(c+2))
				i++
				continue
			}
			open = append(open, c)
			if c == '{' {
				depth++
				line()
			} else {
				b.WriteByte(' ')
			}
		case '}', ']':
			open = open[:len(open)-1]
			if c == '}' {
				depth--
				line()
			} else {
				b.WriteByte(' ')
			}
			b.WriteByte(c)
		case ',':
			b.WriteByte(',')
			if open[len(open)-1] == '{' {
				line()
			} else {
				b.WriteByte(' ')
			}
		case ':':
			b.WriteString(" : ")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
