# What any program needs: every page of a list, a safe second try, a refusal by its type.

require 'json'
require 'securerandom'
require 'slugbase'

def every_invitation(api, organization)
  cursor = nil
  Enumerator.new do |found|
    loop do
      page = api.list_invitations(organization, { limit: 2, cursor: cursor }.compact)
      page.items.each { |each| found << each }
      cursor = page.next_cursor
      break if cursor.nil?
    end
  end
end

# Sends again under the same key, so that the server does it once however often it is asked.
def until_answered(tries = 5)
  key = SecureRandom.uuid
  begin
    yield key
  rescue SlugBase::ApiError => e
    # Without an answer it may have been done or not.
    pause = e.response_headers ? e.response_headers['Retry-After'] : 1
    raise if pause.nil? || (tries -= 1).zero?

    sleep Integer(pause)
    retry
  end
end

def told(error)
  raise error unless error.code == 403

  refusal = SlugBase::SeatLimitError.build_from_hash(JSON.parse(error.response_body, symbolize_names: true))
  raise error unless refusal.code == SlugBase::ErrorCode::TEAM_SEAT_LIMIT

  "refused #{refusal.code}: #{refusal.seats_total} seats, #{refusal.seats_used} used, " \
    "#{refusal.pending_invitations} pending, #{refusal.included_seats} included, #{refusal.extra_seats} extra"
end
