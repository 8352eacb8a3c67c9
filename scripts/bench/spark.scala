// What bench runs in spark-shell: the queries of contests.go, each some times, with the time and the processor time of the
// whole JVM for each. Every line that begins with RESULT is read by spark.go.
import java.lang.management.ManagementFactory
import org.apache.spark.sql.streaming.Trigger

object Bench {
  def cpu = ManagementFactory.getOperatingSystemMXBean.asInstanceOf[com.sun.management.OperatingSystemMXBean].getProcessCpuTime
  def run(name: String)(f: => String): Unit = for (_ <- 1 to {{.Runs}}) {
    System.gc()
    val c = cpu
    val t = System.nanoTime
    val answer = f
    println(s"RESULT\t$name\t${System.nanoTime - t}\t${cpu - c}\t$answer")
  }
}
{{range .Setup}}
spark.sql("""{{.}}""")
{{end}}
{{range .Queries}}
Bench.run("{{.Name}}") { spark.sql("""{{.SQL}}""").collect()(0).toString }
{{end}}
Bench.run("words of an RDD") {
  sc.textFile("{{.Words}}", 8).flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _).count().toString
}
Bench.run("stream of files") {
  val events = spark.readStream.schema("{{.Events.DDL}}").json("{{.Events.Path}}")
  val query = events.filter("status = 200").withWatermark("ts", "1 minute").groupBy(window($"ts", "1 minute"), $"page").count().
    writeStream.format("memory").queryName("counts").outputMode("complete").trigger(Trigger.AvailableNow()).start()
  query.awaitTermination()
  spark.sql("{{.Events.Counted}}").collect()(0).toString
}
