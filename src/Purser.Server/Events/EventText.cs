namespace Purser.Server.Events;

/// <summary>The kind and the exact wording of an event. Built only by the catalogues of texts (<see cref="LicensingEvents"/> …).</summary>
public readonly record struct EventText(string Kind, string Message);
