// Invite one person by e-mail: go run create_invitation.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	url := setting("BASE_URL", "http://localhost:8000") +
		"/api/organizations/" + os.Getenv("ORGANIZATION") + "/invitations"
	body, err := json.Marshal(map[string]string{"email": setting("EMAIL", "grace@example.com")})
	if err != nil {
		panic(err)
	}
	request, err := http.NewRequest("POST", url, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(answer))
	if response.StatusCode != http.StatusCreated {
		os.Exit(1)
	}
}
