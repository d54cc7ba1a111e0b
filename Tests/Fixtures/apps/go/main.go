// A web server that greets on $PORT.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"runtime"

	"example.org/hello/greeting"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, greeting.Text("Go"))
	})
	http.HandleFunc("/version", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, runtime.Version())
	})
	port := os.Getenv("PORT")
	log.Printf("listening on %s", port)
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
