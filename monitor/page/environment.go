package page

import (
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
)

type environmentView struct {
	Sections []propertyList
}

type propertyList struct {
	Title string
	Rows  [][2]string
}

func environment(q *query) (any, error) {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	sections := []propertyList{
		{"Application", [][2]string{{"Name", q.App.Name}, {"ID", q.App.ID}, {"Master", q.App.Master}, {"User", q.App.User},
			{"Version", q.App.Version}, {"Started", stamp(q.App.Time, "2006-01-02 15:04:05")}}},
		{"Go runtime", [][2]string{{"Go", runtime.Version()}, {"System", runtime.GOOS + "/" + runtime.GOARCH}, {"Processors", strconv.Itoa(runtime.NumCPU())},
			{"GOMAXPROCS", strconv.Itoa(runtime.GOMAXPROCS(0))}, {"Program", program}, {"Process", strconv.Itoa(os.Getpid())}}},
		{"Spark properties", slices.Clone(q.Environment.SparkProperties)},
		{"System properties", slices.Clone(q.Environment.SystemProperties)},
	}
	if b, ok := debug.ReadBuildInfo(); ok {
		modules := propertyList{Title: "Modules"}
		for _, d := range b.Deps {
			modules.Rows = append(modules.Rows, [2]string{d.Path, d.Version})
		}
		sections = append(sections, modules)
	}
	return &environmentView{slices.DeleteFunc(sections, func(l propertyList) bool { return len(l.Rows) == 0 })}, nil
}
