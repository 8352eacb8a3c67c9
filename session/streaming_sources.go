package session

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"gospark/runtime/connector"
	"gospark/runtime/connector/file"
	"gospark/runtime/connector/receiver"
	"gospark/runtime/connector/socket"
	"gospark/runtime/gofunc"
)

var stringLeaf = gofunc.LeafOf[string]()

// SocketTextStream reads lines of text from a TCP server, such as nc -lk 9999. When the server is not there, or goes away,
// it is tried again; when batches are too slow, the server has to wait.
func (ssc *StreamingContext) SocketTextStream(host string, port int, storageLevel ...any) *DStream {
	if port < 1 || port > 65535 {
		mistake("SocketTextStream", "want a port from 1 to 65535, have %d", port)
	}
	name := "SocketTextStream " + net.JoinHostPort(host, strconv.Itoa(port))
	return ssc.newInput("socketTextStream", name, stringLeaf, &inputStream{receiver: true, open: func(in *inputStream) (connector.Source, error) {
		r := &socket.Receiver{Host: host, Port: port}
		return in.receive(r, r.Columns()), nil
	}})
}

// TextFileStream reads the lines of new files in a directory. Move a file in when it is complete; what is appended later
// is not read.
func (ssc *StreamingContext) TextFileStream(dir string) *DStream {
	return ssc.newInput("textFileStream", "TextFileStream "+dir, stringLeaf, &inputStream{open: func(in *inputStream) (connector.Source, error) {
		clock := ssc.sc.streaming.time()
		return file.TextFileStream(dir, file.StreamOptions{Interval: ssc.Interval(), Now: clock.Now, Report: func(s string) {
			ssc.sc.cfg.Notice(ssc.Name() + ": " + s)
		}})
	}})
}

// receive starts a receiver.
func (in *inputStream) receive(r receiver.Receiver, columns []connector.Column) connector.Source {
	return receiver.Start(r, receiver.Options{Columns: columns, Parallelism: in.ssc.sc.DefaultParallelism(), Report: in.report})
}

// SocketStream takes a converter of bytes in Spark; here lines are text.
func (ssc *StreamingContext) SocketStream(args ...any) *DStream {
	raise("SocketStream", errors.New("bytes cannot be converted here; use SocketTextStream(host, port).Map(f), or ReceiverStream"))
	return nil
}

// BinaryRecordsStream reads files of records of a fixed length in Spark; here files are text.
func (ssc *StreamingContext) BinaryRecordsStream(dir string, length int) *DStream {
	raise("BinaryRecordsStream", fmt.Errorf("files of binary records are not read; use TextFileStream(%q), or ReceiverStream", dir))
	return nil
}
