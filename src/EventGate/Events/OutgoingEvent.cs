namespace InferenceServices.EventGate.Events;

/// <summary>An event to be sent to EventGate.</summary>
/// <param name="Id">Its <c>meta.id</c>: the same for the same prediction of the same source event, so that consumers can tell a repetition.</param>
/// <param name="Json">One JSON object in UTF-8, on one line.</param>
public sealed record OutgoingEvent(string Id, ReadOnlyMemory<byte> Json);
