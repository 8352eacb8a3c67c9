// Package repl is a shell for an interpreter: prompt, commands, completion, scripts. It knows Go snippets and
// nothing of what they are about.
//
// A [Shell] is made of a [Config] and runs either at the prompt ([Shell.Run]) or through scripts
// ([Shell.RunScript]). Both evaluate with a context of their own for each input, cancel it on Ctrl-C, and end by
// calling Config.Close with a deadline; what did not stop is said.
//
// What others add:
//
//   - commands, as rows of the table (command.go): a name, help, completion, and a function that is given the
//     shell. [Shell.Context] ends with Ctrl-C, [Shell.Print] and [Shell.Notice] write to standard output and error;
//   - settings of :set ([Setting]), documentation for :doc, what stands inside string literals for completion;
//   - output at any time, through the [Printer]: whole blocks, lines that replace each other, progress lines.
//     None of them touches the line being typed;
//   - log records, through [Logs]: they never reach the terminal, :log shows them.
//
// Ctrl-C drops the line being typed or interrupts what runs, never more: SIGINT is not fatal. An evaluation that
// does not end within 200 ms can be given up with another Ctrl-C; the next one waits for it, or is interrupted.
// SIGTERM and SIGHUP leave as :quit does.
package repl
