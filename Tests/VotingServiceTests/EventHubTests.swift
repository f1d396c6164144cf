import Testing
import VotingService

@Suite("Events")
struct EventHubTests {
  private func events(_ count: Int) -> [ServiceEvent] {
    (0..<count).map { .voteCast(election: "e", total: UInt64($0), voters: UInt64($0), time: 1) }
  }

  @Test("everyone who listens gets all events in order")
  func order() async {
    let hub = EventHub()
    let listeners = [hub.subscribe(bound: 10), hub.subscribe(bound: 10)]
    for event in events(10) { hub.publish(event) }
    for listener in listeners {
      var got: [ServiceEvent] = []
      for await event in listener {
        got.append(event)
        if got.count == 10 { break }
      }
      #expect(got == events(10))
    }
  }

  @Test("whoever does not keep up is dropped; others are not")
  func slowListener() async {
    let hub = EventHub()
    let slow = hub.subscribe(bound: 3)
    let other = hub.subscribe(bound: 100)
    for event in events(10) { hub.publish(event) }
    var got: [ServiceEvent] = []
    for await event in slow { got.append(event) }
    #expect(got == events(3))
    #expect(hub.listeners == 1)
    var count = 0
    for await _ in other {
      count += 1
      if count == 10 { break }
    }
    #expect(count == 10)
  }

  @Test("whoever is gone is forgotten")
  func gone() async {
    let hub = EventHub()
    do {
      let listener = hub.subscribe()
      let task = Task { for await _ in listener {} }
      task.cancel()
      await task.value
    }
    #expect(hub.listeners == 0)
  }
}
