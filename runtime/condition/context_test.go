package condition

import "testing"

func TestDetail(t *testing.T) {
	syntax := New("PARSE_SYNTAX_ERROR", "42601", "Syntax error at or near 'c'.")
	syntax.Query = &Context{Text: "SELECT a\n b c\nFROM t", Offset: 12, Len: 1, Line: 2, Column: 4}
	long := "SELECT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, é + nosuch(1,\n2) AS x"
	other := New("UNRESOLVED_ROUTINE", "42883", "Cannot resolve routine.")
	other.Query = &Context{Text: long, Offset: 56, Len: 12, Line: 1, Column: 56}
	for _, c := range []struct {
		err  *Error
		want string
	}{
		{New("X", "", "no place"), "[X] no place"},
		{syntax, "[PARSE_SYNTAX_ERROR] Syntax error at or near 'c'. SQLSTATE: 42601 (line 2, pos 3)\n\n== SQL ==\n" +
			"SELECT a\n b c\n---^^^\nFROM t\n"},
		{other, "[UNRESOLVED_ROUTINE] Cannot resolve routine. SQLSTATE: 42883\n== SQL (line 1, position 56) ==\n" +
			"...aaaaaaaaaaaaaaaaaaaaaaaaaa, é + nosuch(1,\n                                   ^^^^^^^^^\n2) AS x\n^^\n"},
	} {
		if got := c.err.Detail(); got != c.want {
			t.Errorf("got\n%s\nwant\n%s", got, c.want)
		}
	}
}
