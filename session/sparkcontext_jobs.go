package session

import (
	"maps"
	"slices"
	"strings"
)

// SetJobGroup puts the jobs that follow in a group, which CancelJobGroup cancels.
func (sc *SparkContext) SetJobGroup(group, description string, interruptOnCancel ...bool) {
	sc.label(func() { sc.group, sc.desc = group, description })
}

// ClearJobGroup ends what SetJobGroup began.
func (sc *SparkContext) ClearJobGroup() { sc.SetJobGroup("", "") }

// SetJobDescription describes the jobs that follow.
func (sc *SparkContext) SetJobDescription(description string) {
	sc.label(func() { sc.desc = description })
}

func (sc *SparkContext) label(f func()) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	f()
}

// CancelJobGroup cancels the jobs of a group that run.
func (sc *SparkContext) CancelJobGroup(group string, reason ...string) {
	sc.sched.CancelGroup(group, reasonOr(reason, "part of cancelled job group "+group))
}

// CancelAllJobs cancels all jobs that run, those of streams as well.
func (sc *SparkContext) CancelAllJobs() { sc.sched.CancelAll("as part of cancellation of all jobs") }

func reasonOr(reason []string, or string) string {
	if len(reason) > 0 && reason[0] != "" {
		return reason[0]
	}
	return or
}

// AddJobTag tags the jobs that follow; CancelJobsWithTag cancels them.
func (sc *SparkContext) AddJobTag(tag string) {
	checkTag("AddJobTag", tag)
	sc.label(func() {
		if !slices.Contains(sc.tags, tag) {
			sc.tags = append(slices.Clone(sc.tags), tag)
			slices.Sort(sc.tags)
		}
	})
}

func checkTag(method, tag string) {
	if tag == "" || strings.Contains(tag, ",") {
		mistake(method, "Spark job tag cannot be empty or contain a comma, have %q", tag)
	}
}

// RemoveJobTag takes a tag away from the jobs that follow.
func (sc *SparkContext) RemoveJobTag(tag string) {
	checkTag("RemoveJobTag", tag)
	sc.label(func() {
		sc.tags = slices.DeleteFunc(slices.Clone(sc.tags), func(t string) bool { return t == tag })
	})
}

// GetJobTags lists the tags of the jobs that follow.
func (sc *SparkContext) GetJobTags() []string {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return slices.Clone(sc.tags)
}

// ClearJobTags takes all tags away.
func (sc *SparkContext) ClearJobTags() { sc.label(func() { sc.tags = nil }) }

// CancelJobsWithTag cancels the jobs that run and carry a tag.
func (sc *SparkContext) CancelJobsWithTag(tag string, reason ...string) {
	checkTag("CancelJobsWithTag", tag)
	sc.sched.CancelTag(tag, reasonOr(reason, "cancelled job tag "+tag))
}

// SetInterruptOnCancel has nothing to set: tasks of a cancelled job are always interrupted.
func (sc *SparkContext) SetInterruptOnCancel(bool) {}

// The local properties that are jobs' labels.
const (
	groupProperty       = "spark.jobGroup.id"
	descriptionProperty = "spark.job.description"
)

// SetLocalProperty sets a property of the jobs that follow; an empty value removes it.
func (sc *SparkContext) SetLocalProperty(key, value string) {
	sc.label(func() {
		switch key {
		case groupProperty:
			sc.group = value
		case descriptionProperty:
			sc.desc = value
		}
		m := maps.Clone(sc.properties)
		if m == nil {
			m = map[string]string{}
		}
		if m[key] = value; value == "" {
			delete(m, key)
		}
		sc.properties = m
	})
}

// GetLocalProperty is a property of the jobs that follow, "" if it is not set.
func (sc *SparkContext) GetLocalProperty(key string) string {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	switch key {
	case groupProperty:
		return sc.group
	case descriptionProperty:
		return sc.desc
	}
	return sc.properties[key]
}
