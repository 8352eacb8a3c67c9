package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"gospark/runtime/progress"
	"gospark/session"
)

// stream runs a word count of ten lines a batch at 50 ms for a while, and returns what each batch took.
func stream(length time.Duration) (processing, delays []time.Duration, heapStart, heapEnd uint64, err error) {
	spark, err := session.New(session.Config{Out: io.Discard})
	if err != nil {
		return nil, nil, 0, 0, err
	}
	defer spark.Stop()
	sc := spark.SparkContext()
	var mu sync.Mutex
	sc.Bus().Listen("bench", func(e progress.Event) {
		if c, ok := e.(progress.BatchCompleted); ok {
			mu.Lock()
			processing = append(processing, c.Completed.Sub(c.Started))
			delays = append(delays, c.Started.Sub(c.Submitted))
			mu.Unlock()
		}
	})
	lines := make(chan []string, 1)
	stop := make(chan struct{})
	go func() {
		ten := make([]string, 10)
		for i := range ten {
			ten[i] = "to be or not to be that is the question"
		}
		for {
			select {
			case lines <- ten:
			case <-stop:
				return
			}
		}
	}()
	err = session.Try(func() {
		ssc := session.NewStreamingContext(sc, 50*time.Millisecond)
		ssc.QueueStream(lines).FlatMap(split).Map(one).ReduceByKey(add).Print()
		ssc.Start()
		time.Sleep(length / 4)
		heapStart = heap()
		time.Sleep(length - length/4)
		heapEnd = heap()
		ssc.Stop(false)
	})
	close(stop)
	mu.Lock()
	defer mu.Unlock()
	return processing, delays, heapStart, heapEnd, err
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func quantile(ds []time.Duration, q float64) time.Duration {
	s := slices.Sorted(slices.Values(ds))
	return s[int(q*float64(len(s)-1))]
}

func batchRows() ([]row, error) {
	ps, ds, _, _, err := stream(5 * time.Second)
	if err != nil {
		return nil, err
	}
	if len(ps) < 50 {
		return nil, fmt.Errorf("only %d batches in 5 s", len(ps))
	}
	return []row{{"word count of a batch of ten lines at 50 ms, p50 / p99", ms(quantile(ps, .5)) + " / " + ms(quantile(ps, .99)),
		"limit 1 ms", "scheduling delay p99 " + ms(quantile(ds, .99))}}, nil
}

func holdRows() ([]row, error) {
	ps, ds, before, after, err := stream(*hold)
	if err != nil {
		return nil, err
	}
	want := int(*hold / (50 * time.Millisecond))
	return []row{{fmt.Sprintf("the same for %s: batches, worst scheduling delay", *hold), fmt.Sprintf("%d of %d, %s", len(ps), want, ms(quantile(ds, 1))),
		fmt.Sprintf("heap after a quarter: %.1f MB", float64(before)/1e6), fmt.Sprintf("at the end %.1f MB", float64(after)/1e6)}}, nil
}
