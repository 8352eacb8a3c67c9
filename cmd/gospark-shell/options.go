package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"

	"gospark/repl"
)

// options is what the command line asks for.
type options struct {
	master     string
	name       string
	conf       map[string]string // of --conf, over those of --properties-file
	remote     string            // sc://…: run on a Spark cluster
	initFile   string            // -i
	code       string            // -e
	hasCode    bool
	sql        string // --sql
	hasSQL     bool
	uiPort     int
	uiHost     string
	uiToken    string
	noUI       bool
	color      string
	history    string
	hasHistory bool
	verbose    bool
	version    bool
	help       bool
	script     string   // the first argument that is no flag
	args       []string // what follows it: os.Args of the script, without its name
	notes      []string // about flags that were accepted and do nothing
}

// usageError is a mistake on the command line; the process exits with status 2.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func usagef(format string, a ...any) error { return usageError{fmt.Sprintf(format, a...)} }

// flag is one row of the table that parsing, --help and suggestions come from.
type flag struct {
	names []string // as typed
	arg   string   // name of its value; "" for none
	help  string
	set   func(o *options, value string) error
}

var flags = []flag{
	{[]string{"--master"}, "MASTER", "local, local[N], local[*] or local[N,maxFailures] (default local[*])", setMaster},
	{[]string{"--name"}, "NAME", "name of the application (default gospark-shell)", func(o *options, v string) error { o.name = v; return nil }},
	{[]string{"--conf", "-c"}, "K=V", "set a configuration key; may be repeated", setConf},
	{[]string{"--properties-file"}, "FILE", "read configuration keys from a file", setProperties},
	{[]string{"--remote"}, "URL", "run on a Spark cluster: sc://host:port", setRemote},
	{[]string{"-i", "-I"}, "FILE", "evaluate FILE, then stay at the prompt", func(o *options, v string) error { o.initFile = v; return nil }},
	{[]string{"-e"}, "CODE", "evaluate CODE and exit", func(o *options, v string) error { o.code, o.hasCode = v, true; return nil }},
	{[]string{"--sql"}, "SQL", "run SQL statements, of a file, of standard input (-) or as given, and exit", func(o *options, v string) error { o.sql, o.hasSQL = v, true; return nil }},
	{[]string{"--ui-port"}, "N", "port of the web page (default 4040, the next free one if taken; 0 for any)", setPort},
	{[]string{"--ui-host"}, "HOST", "address of the web page (default 127.0.0.1; others need --ui-token)", func(o *options, v string) error { o.uiHost = v; return nil }},
	{[]string{"--ui-token"}, "TOKEN", "what a browser must present", func(o *options, v string) error { o.uiToken = v; return nil }},
	{[]string{"--no-ui"}, "", "no web page", func(o *options, _ string) error { o.noUI = true; return nil }},
	{[]string{"--color"}, "WHEN", "auto, always or never (default auto)", setColor},
	{[]string{"--history"}, "FILE", "where inputs are kept (default ~/.gospark/history)", func(o *options, v string) error { o.history, o.hasHistory = v, true; return nil }},
	{[]string{"--verbose", "-v"}, "", "write logs to standard error too", func(o *options, _ string) error { o.verbose = true; return nil }},
	{[]string{"--version"}, "", "print the version and exit", func(o *options, _ string) error { o.version = true; return nil }},
	{[]string{"--help", "-h"}, "", "print this and exit", func(o *options, _ string) error { o.help = true; return nil }},
}

// pointless are flags of spark-shell and spark-submit that mean nothing in one process without a JVM. They are
// accepted, so that command lines can be kept, and answered with the reason.
var pointless = []struct {
	name  string
	value bool
	why   string
}{
	{"--driver-memory", true, "memory is not set aside in advance; GOMEMLIMIT limits it"},
	{"--driver-cores", true, "the number of slots is that of --master local[N]"},
	{"--driver-java-options", true, "there is no JVM"},
	{"--driver-library-path", true, "there is no JVM"},
	{"--driver-class-path", true, "there is no JVM"},
	{"--executor-memory", true, "there are no executors; GOMEMLIMIT limits the memory of the process"},
	{"--executor-cores", true, "there are no executors; the number of slots is that of --master local[N]"},
	{"--total-executor-cores", true, "there are no executors; the number of slots is that of --master local[N]"},
	{"--num-executors", true, "there are no executors; the number of slots is that of --master local[N]"},
	{"--jars", true, "there is no JVM; connectors are built in"},
	{"--packages", true, "connectors are built in"},
	{"--exclude-packages", true, "connectors are built in"},
	{"--repositories", true, "connectors are built in"},
	{"--py-files", true, "snippets are Go"},
	{"--files", true, "tasks run in this process and see its files"},
	{"--archives", true, "tasks run in this process and see its files"},
	{"--class", true, "there is no JVM; a script is given by its file"},
	{"--deploy-mode", true, "everything runs in this process"},
	{"--proxy-user", true, "everything runs in this process"},
	{"--principal", true, "there is no cluster to log in to"},
	{"--keytab", true, "there is no cluster to log in to"},
	{"--queue", true, "there is no cluster to queue at"},
	{"--supervise", false, "there is no cluster to restart the driver"},
}

// parseOptions reads the arguments behind the program's name. Flags end at --, at the script, or with the arguments.
func parseOptions(args []string) (*options, error) {
	o := &options{master: "local[*]", name: "gospark-shell", conf: map[string]string{}, uiPort: 4040, uiHost: "127.0.0.1", color: "auto"}
	var late []func() error // --properties-file counts less than --conf wherever it stands
	for len(args) > 0 {
		a := args[0]
		if a == "--" {
			args = args[1:]
			break
		}
		if !strings.HasPrefix(a, "-") || a == "-" {
			break
		}
		args = args[1:]
		name, value, given := strings.Cut(a, "=")
		if !strings.HasPrefix(a, "--") {
			name, value, given = a, "", false
		}
		take := func(wanted bool) error {
			switch {
			case wanted && !given && len(args) == 0:
				return usagef("%s needs a value", name)
			case wanted && !given:
				value, args = args[0], args[1:]
			case !wanted && given:
				return usagef("%s takes no value", name)
			}
			return nil
		}
		if f := findFlag(name); f != nil {
			if err := take(f.arg != ""); err != nil {
				return nil, err
			}
			if name == "--properties-file" {
				late = append(late, func() error { return f.set(o, value) })
				continue
			}
			if err := f.set(o, value); err != nil {
				return nil, err
			}
			continue
		}
		why, err := takePointless(name, take)
		if err != nil {
			return nil, err
		}
		o.notes = append(o.notes, name+" is not needed: "+why)
	}
	for _, f := range late {
		if err := f(); err != nil {
			return nil, err
		}
	}
	if len(args) > 0 && !o.hasCode && !o.hasSQL && o.initFile == "" {
		o.script, args = args[0], args[1:]
	}
	o.args = args
	return o, o.check()
}

func findFlag(name string) *flag {
	for i := range flags {
		for _, n := range flags[i].names {
			if n == name {
				return &flags[i]
			}
		}
	}
	return nil
}

func takePointless(name string, take func(bool) error) (why string, err error) {
	var known []string
	for _, p := range pointless {
		if p.name == name {
			return p.why, take(p.value)
		}
		known = append(known, p.name)
	}
	for _, f := range flags {
		known = append(known, f.names...)
	}
	if near := repl.Nearest(name, known); near != "" && len(name) > 2 {
		return "", usagef("unknown flag %s; did you mean %s?", name, near)
	}
	return "", usagef("unknown flag %s; --help lists them", name)
}

// check refuses flags that contradict each other.
func (o *options) check() error {
	ways := 0
	for _, asked := range []bool{o.hasCode, o.hasSQL, o.script != "", o.initFile != ""} {
		if asked {
			ways++
		}
	}
	if ways > 1 {
		return usagef("a script, -e, -i and --sql exclude each other")
	}
	if ip := net.ParseIP(o.uiHost); o.uiHost != "localhost" && (ip == nil || !ip.IsLoopback()) && o.uiToken == "" && !o.noUI {
		return usagef("--ui-host %s is open to others: set --ui-token too", o.uiHost)
	}
	return nil
}

var localMaster = regexp.MustCompile(`^local(\[(\*|[1-9][0-9]*)(,[1-9][0-9]*)?\])?$`)

func setMaster(o *options, v string) error {
	if strings.HasPrefix(v, "sc://") {
		return setRemote(o, v)
	}
	if !localMaster.MatchString(v) {
		return usagef("--master %s: only local, local[N], local[*] and local[N,maxFailures] run here; --remote sc://host:port uses a cluster", v)
	}
	o.master = v
	return nil
}

func setRemote(o *options, v string) error {
	if !strings.HasPrefix(v, "sc://") {
		return usagef("--remote %s: want sc://host:port", v)
	}
	o.remote = v
	return nil
}

func setConf(o *options, v string) error {
	k, val, ok := strings.Cut(v, "=")
	if !ok || strings.TrimSpace(k) == "" {
		return usagef("--conf %s: want key=value", v)
	}
	o.conf[strings.TrimSpace(k)] = val
	return nil
}

func setPort(o *options, v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > 65535 {
		return usagef("--ui-port %s: want a number from 0 to 65535", v)
	}
	o.uiPort = n
	return nil
}

func setColor(o *options, v string) error {
	switch v {
	case "auto", "always", "never":
		o.color = v
		return nil
	}
	return usagef("--color %s: want auto, always or never", v)
}

// setProperties reads a file in the format of spark-defaults.conf: a key, blanks or = or :, a value; # starts a
// comment line, a final backslash goes on in the next line.
func setProperties(o *options, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return usagef("--properties-file %s: %v", file, errors.Unwrap(err))
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	line := ""
	for in.Scan() {
		line += strings.TrimLeft(in.Text(), " \t")
		if strings.HasSuffix(line, `\`) {
			line = strings.TrimSuffix(line, `\`)
			continue
		}
		if k, v := property(line); k != "" {
			if _, given := o.conf[k]; !given {
				o.conf[k] = v
			}
		}
		line = ""
	}
	return in.Err()
}

func property(line string) (key, value string) {
	if line == "" || line[0] == '#' || line[0] == '!' {
		return "", ""
	}
	i := strings.IndexAny(line, " \t=:")
	if i < 0 {
		return line, ""
	}
	key, value = line[:i], strings.TrimLeft(line[i:], " \t")
	if value != "" && (value[0] == '=' || value[0] == ':') {
		value = value[1:]
	}
	return key, strings.TrimSpace(value)
}

// usage is what --help prints.
func usage() string {
	var b strings.Builder
	b.WriteString("usage: gospark-shell [flags] [script.go [args...]]\n\n" +
		"Without a script, -e or --sql it is an interactive shell, or runs standard input as a script if that is no terminal.\n\n")
	for _, f := range flags {
		head := strings.Join(f.names, ", ") + " " + f.arg
		fmt.Fprintf(&b, "  %-24s %s\n", strings.TrimRight(head, " "), f.help)
	}
	b.WriteString("\nFlags of spark-shell that make no sense here, such as --driver-memory or --packages, are accepted and explained.\n" +
		"Exit status: 0; 1 a snippet, script or query failed; 2 wrong usage; 130 interrupted.\n")
	return b.String()
}
