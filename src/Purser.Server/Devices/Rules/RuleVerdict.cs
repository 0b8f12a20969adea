using Purser.Protocol;

namespace Purser.Server.Devices.Rules;

/// <summary>What a rule for device messages decides: go on with a value, or refuse with a code of the wire.</summary>
public readonly struct RuleVerdict<T>
{
    private readonly T value;

    private RuleVerdict(T value, WireRefusal? refusal)
    {
        this.value = value;
        Refusal = refusal;
    }

    public WireRefusal? Refusal { get; }

    public T Value => Refusal is null ? value : throw new InvalidOperationException($"Refused, no value: {Refusal}");

    public static implicit operator RuleVerdict<T>(T value) => new(value, null);

    public static implicit operator RuleVerdict<T>(WireRefusal refusal) => new(default!, refusal);
}
