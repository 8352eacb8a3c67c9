package session

import (
	"strconv"
	"time"
)

// DefaultParallelism is the number of partitions where none is given: spark.default.parallelism, or the number of slots.
func (sc *SparkContext) DefaultParallelism() int {
	if n, err := strconv.Atoi(sc.conf.Get("spark.default.parallelism")); err == nil && n > 0 {
		return n
	}
	return sc.sched.Slots()
}

// DefaultMinPartitions is the least number of partitions of a file's RDD.
func (sc *SparkContext) DefaultMinPartitions() int { return min(sc.DefaultParallelism(), 2) }

// ApplicationID identifies the run: local- and the time of start.
func (sc *SparkContext) ApplicationID() string { return sc.id }

// Version is the version of Spark whose behaviour is followed.
func (sc *SparkContext) Version() string { return Version }

// Master is where tasks run: local[N].
func (sc *SparkContext) Master() string { return sc.cfg.Master }

// AppName is the application's name.
func (sc *SparkContext) AppName() string { return sc.cfg.Name }

// SparkUser is the user who runs the application.
func (sc *SparkContext) SparkUser() string { return sc.user }

// StartTime is when the context started.
func (sc *SparkContext) StartTime() time.Time { return sc.started }

// UIWebURL is the address of the web page, "" if there is none.
func (sc *SparkContext) UIWebURL() string {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.uiURL
}

// GetConf is the settings.
func (sc *SparkContext) GetConf() *RuntimeConf { return sc.conf }

// IsStopped says whether Stop was called.
func (sc *SparkContext) IsStopped() bool {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.stopped
}

// String is Spark's short form.
func (sc *SparkContext) String() string {
	return "SparkContext(master=" + sc.cfg.Master + ", appName=" + sc.cfg.Name + ")"
}
