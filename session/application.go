package session

import (
	"os"
	"runtime"
	"sort"

	"gospark/runtime/progress"
)

// ApplicationStart describes the application, for a monitor that starts later than it.
func (sc *SparkContext) ApplicationStart() progress.ApplicationStart {
	return progress.ApplicationStart{ID: sc.id, Name: sc.cfg.Name, Master: sc.cfg.Master, User: sc.user, Version: Version,
		Cores: sc.sched.Slots(), Time: sc.started}
}

// SetUIWebURL tells the context where its monitor is; the monitor is told the settings in turn.
func (sc *SparkContext) SetUIWebURL(url string) {
	sc.mu.Lock()
	sc.uiURL = url
	sc.mu.Unlock()
	spark := [][2]string{{"spark.app.id", sc.id}, {"spark.app.name", sc.cfg.Name}, {"spark.master", sc.cfg.Master}}
	for k, v := range sc.conf.GetAll() {
		spark = append(spark, [2]string{k, v})
	}
	sort.Slice(spark, func(i, j int) bool { return spark[i][0] < spark[j][0] })
	host, _ := os.Hostname()
	sc.bus.Emit(progress.EnvironmentUpdate{SparkProperties: spark, SystemProperties: [][2]string{
		{"go.version", runtime.Version()}, {"host.name", host}, {"os.arch", runtime.GOARCH}, {"os.name", runtime.GOOS}, {"user.name", sc.user}}})
}
