// A web server on $PORT whose dependency is vendored.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"example.org/words"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, words.Hello)
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
