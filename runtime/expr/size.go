package expr

import (
	"strconv"

	"gospark/runtime/condition"
)

// How large one value may be: functions that make values of a size that is an argument ask before they make them.

const (
	// maxArray is the longest array Spark makes, and the longest string.
	maxArray = 2147483632
	// maxBytes is the memory one value may take. A constant that a query names is not worth the process.
	maxBytes = 2 << 30
	// slotBytes is what an element of an array takes while it is made.
	slotBytes = 16
)

// room says whether a function may make an array of n elements; tooMany is the error of a longer one than there can be.
func room(function string, n int64, tooMany func(string, int64) error) error {
	if n > maxArray {
		return tooMany(function, n)
	}
	return roomFor(function, n*slotBytes)
}

// roomFor says whether a function may make a value of so many bytes.
func roomFor(function string, n int64) error {
	if n <= maxBytes {
		return nil
	}
	return condition.New("UNABLE_TO_ACQUIRE_MEMORY", "53200", "Unable to acquire %d bytes of memory, got %d.", n, int64(maxBytes)).
		WithParam("requestedBytes", strconv.FormatInt(n, 10)).WithParam("receivedBytes", strconv.Itoa(maxBytes)).
		WithFix("one value of %s may take %d bytes", function, int64(maxBytes))
}

// tooManyByCount is the error of an array whose length was asked for.
func tooManyByCount(function string, n int64) error {
	return condition.New("COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER", "54000",
		"Can't create array with %d elements which exceeding the array size limit %d, the value of parameter(s) `count` in the function %s is invalid.",
		n, maxArray, quotedID(function)).WithParam("numberOfElements", strconv.FormatInt(n, 10)).
		WithParam("maxRoundedArrayLength", strconv.Itoa(maxArray)).WithParam("functionName", quotedID(function)).WithParam("parameter", "`count`")
}

// tooManyMade is the error of an array whose length comes of the arguments together.
func tooManyMade(function string, n int64) error {
	return condition.New("COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION", "54000",
		"Can't create array with %d elements which exceeding the array size limit %d, unsuccessful try to create arrays in the function %s.",
		n, maxArray, quotedID(function)).WithParam("numberOfElements", strconv.FormatInt(n, 10)).
		WithParam("maxRoundedArrayLength", strconv.Itoa(maxArray)).WithParam("functionName", quotedID(function))
}
