package query

// A Point is a place between two steps of the commit protocol, at which a process may die.
type Point string

// The points, in the order of the protocol. Each comes after the step that it names. AfterOffsets may come while the tasks
// run, AfterCommits and AfterSource while the next batch does.
const (
	AfterPlan    Point = "plan"    // the offsets are known, nothing is written
	AfterOffsets Point = "offsets" // offsets/N is on disk
	AfterTasks   Point = "tasks"   // all rows are with the sink's writers
	AfterSink    Point = "sink"    // the sink has committed
	AfterState   Point = "state"   // the state has its next version
	AfterCommits Point = "commits" // commits/N is on disk
	AfterSource  Point = "source"  // the sources know
)

// Points lists them all.
var Points = []Point{AfterPlan, AfterOffsets, AfterTasks, AfterSink, AfterState, AfterCommits, AfterSource}
