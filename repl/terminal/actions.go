package terminal

// action is a key that readline has no meaning for, or the wrong one. It travels through readline as one rune of
// its own, is put into the buffer like any other, and is taken out again and carried out by the editor.
type action rune

const (
	firstAction action = 0x10FF00 + iota // a private use area nobody types
	actEnter
	actEOF
	actNewline
	actPaste
	actTab
	actUp
	actDown
	actHome
	actEnd
	actTextStart
	actTextEnd
	actDelete
	actSearch
	actClear
	actPageUp
	actPageDown
	actSuspend
	lastAction
)

func (a action) bytes() []byte { return []byte(string(rune(a))) }

func isAction(r rune) bool { return r >= rune(firstAction) && r <= rune(lastAction) }

// Keys readline carries out itself, as it wants to see them.
const (
	toLeft       = "\x02"
	toRight      = "\x06"
	toWordLeft   = "\x1bb"
	toWordRight  = "\x1bf"
	toWordDelete = "\x1bd"
	toWordErase  = "\x1b\x7f"
)

// passedControls are the control characters readline gets unchanged: Ctrl-B C F G H K T U W Y and Backspace.
const passedControls = "\x02\x03\x06\x07\x08\x0b\x14\x15\x17\x19\x7f"

var controlActions = map[byte]action{
	'\r': actEnter, '\n': actEnter, '\t': actTab,
	0x01: actHome, 0x04: actEOF, 0x05: actEnd, 0x0c: actClear, 0x0e: actDown, 0x10: actUp, 0x12: actSearch, 0x1a: actSuspend,
}

// escapeKeys maps what follows an escape character. Terminals do not agree: Home alone has five forms.
var escapeKeys = func() map[string]string {
	m := map[string]string{
		"[C": toRight, "OC": toRight, "[D": toLeft, "OD": toLeft,
		"b": toWordLeft, "f": toWordRight, "d": toWordDelete, "\x7f": toWordErase, "\b": toWordErase,
		"[3;5~": toWordDelete, "[3;3~": toWordDelete, "Od": toWordLeft, "Oc": toWordRight,
	}
	for _, modifier := range []string{"[1;5", "[1;3", "[1;2", "[5", "[3", "[1;9"} {
		m[modifier+"D"], m[modifier+"C"] = toWordLeft, toWordRight
	}
	for a, forms := range map[action][]string{
		actUp:        {"[A", "OA"},
		actDown:      {"[B", "OB"},
		actHome:      {"[H", "OH", "[1~", "[7~"},
		actEnd:       {"[F", "OF", "[4~", "[8~"},
		actPageUp:    {"[5~"},
		actPageDown:  {"[6~"},
		actTextStart: {"[1;5H", "[1;5~", "<"},
		actTextEnd:   {"[1;5F", "[4;5~", ">"},
		actDelete:    {"[3~"},
		actNewline:   {"\r", "\n", "[13;2u", "[27;2;13~"},
	} {
		for _, f := range forms {
			m[f] = string(a.bytes())
		}
	}
	return m
}()
