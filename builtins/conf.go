package builtins

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gospark/repl"
	"gospark/session"
)

// confCommands are :conf, the settings of the session under Spark's keys. :set has those of the shell.
func (c *Commands) confCommands() []repl.Command {
	return []repl.Command{{
		Name: "conf", Args: "[key [value] | key --unset]", Short: "show or change settings of the session, under Spark's keys",
		Help: `:conf                              what is set
:conf shuffle                      what is set whose key contains a text
:conf spark.sql.shuffle.partitions 4
:conf spark.sql.shuffle.partitions --unset
A running query keeps the settings it was started with. Settings of the shell itself are those of :set.`,
		Complete: c.completeConf, Run: c.conf,
	}}
}

func (c *Commands) conf(sh *repl.Shell, args string) error {
	key, value, _ := strings.Cut(args, " ")
	value = strings.TrimSpace(value)
	conf := c.Session.Conf()
	switch value {
	case "":
	case "--unset":
		return session.Try(func() { conf.Unset(key) })
	default:
		return session.Try(func() { conf.Set(key, value) })
	}
	all := conf.GetAll()
	var rows [][]string
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if strings.Contains(k, key) {
			rows = append(rows, []string{k, all[k]})
		}
	}
	if len(rows) > 0 {
		sh.Print(table(append([][]string{{"KEY", "VALUE"}}, rows...)))
		return nil
	}
	if key == "" {
		sh.Print("nothing is set\n")
		return nil
	}
	return fmt.Errorf("no key that contains %q is set; :conf %[1]s VALUE sets it", key)
}

func (c *Commands) completeConf(_ *repl.Shell, args string) (int, []repl.Candidate) {
	if strings.Contains(args, " ") {
		return 0, nil
	}
	var cands []repl.Candidate
	all := c.Session.Conf().GetAll()
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(k, args) {
			cands = append(cands, repl.Candidate{Text: k, Detail: all[k]})
		}
	}
	return 0, cands
}
