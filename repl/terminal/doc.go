// Package terminal edits a line at a terminal while other things print above it.
//
// Four parts share one screen and never write to it behind each other's back:
//
//   - [Printer] owns the bytes that reach the terminal. Blocks of text are written whole, above the line being
//     edited, which is taken off the screen before and put back after. Away from a terminal it is a plain writer:
//     no escape sequence ever leaves it.
//   - [Editor] reads one input, of one or more lines. Keys and the edit buffer are chzyer/readline's, which runs
//     here without drawing: its own drawing counts runes where it should count columns, knows only one line, and
//     races with output. What it has no key for (paste, history, completion, search, several lines) is a row in a
//     table of actions; see actions.go.
//   - A [View] has the whole screen for a while ([Editor.Show]): a pager, a table that is drawn anew. What is printed
//     meanwhile appears when it is left, below what stood there before.
//   - [Terminal] owns the modes of the device: raw while a line is edited, no echo but signals while something
//     runs, as found when the shell stops.
//
// Text is laid out in columns (layout.go): East Asian wide characters and emoji take two, a tab goes to the next
// multiple of four. An input taller than the screen scrolls in its own window around the cursor.
package terminal
