# Invite one person by e-mail: Ruby, standard library only.
require 'json'
require 'net/http'

base_url = ENV.fetch('BASE_URL', 'http://localhost:8000')
uri = URI("#{base_url}/api/organizations/#{ENV.fetch('ORGANIZATION')}/invitations")

request = Net::HTTP::Post.new(uri)
request['Content-Type'] = 'application/json'
request['Authorization'] = "Bearer #{ENV.fetch('TOKEN')}"
request.body = JSON.generate(email: ENV.fetch('EMAIL', 'grace@example.com'))

response = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') do |http|
  http.request(request)
end
puts response.body
exit response.is_a?(Net::HTTPCreated)
