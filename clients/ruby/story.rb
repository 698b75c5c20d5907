# Invites until the team is full, reads the refusal, lists what is open, and takes one back.

require 'uri'
require 'slugbase'
require_relative 'recipes'

SlugBase.configure do |config|
  base_url = URI(ENV.fetch('BASE_URL'))
  config.scheme = base_url.scheme
  config.host = "#{base_url.host}:#{base_url.port}"
  config.access_token = ENV.fetch('TOKEN')
end
ORGANIZATION = ENV.fetch('ORGANIZATION')
API = SlugBase::InvitationsApi.new

def fill
  (1..).each do |number|
    body = SlugBase::NewInvitation.new(email: "guest#{number}@example.com")
    invitation, _, headers = until_answered do |key|
      API.create_invitation_with_http_info(ORGANIZATION, body, { idempotency_key: key })
    end
    again = headers['Idempotency-Replayed'] ? ' (the first answer again)' : ''
    puts "invited #{invitation.email}#{again}"
  end
rescue SlugBase::ApiError => e
  puts told(e)
end

fill
invitations = every_invitation(API, ORGANIZATION).to_a
invitations.each { |each| puts "listed #{each.email} #{each.state}" }
revoked = API.revoke_invitation(ORGANIZATION, invitations.first.id)
puts "now #{revoked.email} #{revoked.state}"
