namespace InferenceServices.EventGate.Events;

/// <summary>An event for EventGate.</summary>
/// <param name="Id">The <c>meta.id</c> of the event: equal for equal predictions of the same source event, so that consumers can detect duplicates.</param>
/// <param name="Json">One JSON object in UTF-8, on one line.</param>
public sealed record OutgoingEvent(string Id, ReadOnlyMemory<byte> Json);
