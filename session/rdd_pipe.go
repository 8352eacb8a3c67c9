package session

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/connector/lines"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

// Pipe runs a command for each partition, gives it the records as lines, and makes an RDD of the lines it prints. The
// command is a []string, or a string that is cut at white space; env adds to the environment. What the command prints for a
// partition is held in memory. A command that fails fails the task.
func (r *RDD) Pipe(command any, env ...map[string]string) *RDD {
	var args []string
	switch c := command.(type) {
	case string:
		args = strings.Fields(c)
	case []string:
		args = c
	}
	if len(args) == 0 {
		mistake("Pipe", "want a command as a string or []string, have %#v", command)
	}
	vars := os.Environ()
	for _, m := range env {
		for k, v := range m {
			vars = append(vars, k+"="+v)
		}
	}
	o := r.sc.origin("pipe", "PipedRDD")
	out := gofunc.LeafOf[string]()
	return r.sc.newRDD(&plan.MapPartitions{Origin: o, Child: r.node, Types: out.Elems(),
		New: func(ctx context.Context, p int, in plan.Batches) (plan.Batches, error) {
			return once(func() (*batch.Batch, error) {
				cmd := exec.CommandContext(ctx, args[0], args[1:]...)
				cmd.Env = vars
				return piped(cmd, o, in, r.shape)
			}), nil
		}}, out)
}

func piped(cmd *exec.Cmd, where *plan.Origin, in plan.Batches, s gofunc.Shape) (*batch.Batch, error) {
	fail := func(err error) (*batch.Batch, error) { return nil, &op.UserError{Where: where, Value: err} }
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fail(err)
	}
	below := feed(stdin, in, s)
	stdin.Close()
	err = cmd.Wait()
	switch {
	case below != nil:
		return nil, below
	case err != nil:
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("Subprocess exited with status %d. Command ran: %s\n%s", exit.ExitCode(), strings.Join(cmd.Args, " "), bytes.TrimSpace(stderr.Bytes())) //lint:ignore ST1005 Spark's text
		}
		return fail(err)
	}
	out := batch.New(0, gofunc.LeafOf[string]().Elem)
	rd := lines.NewBulkReader(&stdout)
	v := out.Cols[0].(*batch.Vec[string])
	for {
		v.V, err = rd.Next(v.V, batch.Size)
		if err == io.EOF {
			out.N = len(v.V)
			return out, nil
		}
		if err != nil {
			return fail(err)
		}
	}
}

// feed writes records as lines until the end, or until the command reads no more. Only an error of in is one.
func feed(w io.Writer, in plan.Batches, s gofunc.Shape) error {
	buf := bufio.NewWriter(w)
	var text []byte
	for {
		b, err := in()
		if err == io.EOF {
			buf.Flush()
			return nil
		}
		if err != nil {
			return err
		}
		for i := range b.Rows() {
			text = append(s.AppendRow(text[:0], b, b.Row(i), 0), '\n')
			if _, err := buf.Write(text); err != nil {
				return nil
			}
		}
	}
}
