package rest

import (
	"os"
	"runtime"
	"runtime/debug"
	"slices"
)

type environment struct {
	Runtime           runtimeInfo       `json:"runtime"`
	SparkProperties   [][2]string       `json:"sparkProperties"`
	HadoopProperties  [][2]string       `json:"hadoopProperties"`
	SystemProperties  [][2]string       `json:"systemProperties"`
	MetricsProperties [][2]string       `json:"metricsProperties"`
	ClasspathEntries  [][2]string       `json:"classpathEntries"`
	ResourceProfiles  []resourceProfile `json:"resourceProfiles"`
}

// runtimeInfo keeps the names clients ask for; there is no Java and no Scala, so it tells of Go and the program.
type runtimeInfo struct {
	JavaVersion  string `json:"javaVersion"`
	JavaHome     string `json:"javaHome"`
	ScalaVersion string `json:"scalaVersion"`
}

type resourceProfile struct {
	ID                int                         `json:"id"`
	ExecutorResources map[string]executorResource `json:"executorResources"`
	TaskResources     map[string]taskResource     `json:"taskResources"`
}

type executorResource struct {
	ResourceName    string `json:"resourceName"`
	Amount          int64  `json:"amount"`
	DiscoveryScript string `json:"discoveryScript"`
	Vendor          string `json:"vendor"`
}

type taskResource struct {
	ResourceName string `json:"resourceName"`
	Amount       double `json:"amount"`
}

func environmentInfo(q *query) (any, error) {
	program, _ := os.Executable()
	return environment{
		Runtime:           runtimeInfo{JavaVersion: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH, JavaHome: program},
		SparkProperties:   orEmpty(slices.Clone(q.Environment.SparkProperties)),
		HadoopProperties:  [][2]string{},
		SystemProperties:  orEmpty(slices.Clone(q.Environment.SystemProperties)),
		MetricsProperties: [][2]string{},
		ClasspathEntries:  modules(),
		ResourceProfiles: []resourceProfile{{
			ExecutorResources: map[string]executorResource{"cores": {ResourceName: "cores", Amount: int64(q.App.Cores)}},
			TaskResources:     map[string]taskResource{"cpus": {ResourceName: "cpus", Amount: 1}},
		}},
	}, nil
}

// modules lists what the program was built from, which is what a class path is good for.
func modules() [][2]string {
	list := [][2]string{}
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, d := range b.Deps {
			list = append(list, [2]string{d.Path + "@" + d.Version, "Go Module"})
		}
	}
	return list
}
