namespace Purser.Server.Commands;

/// <summary>Why a command was not carried out: an expected outcome, never an exception.</summary>
public sealed record Refusal(RefusalCode Code, string Detail)
{
    /// <summary>The field at fault, where there is one, so that a form can show the message beside it.</summary>
    public string? Field { get; init; }

    /// <summary>Where a command concerns many things and all or none are done: which of them stood in the way, and why.</summary>
    public IReadOnlyList<RefusedItem>? Items { get; init; }

    public override string ToString() => $"{Code}: {Detail}";
}

/// <summary>One of many things, and why it cannot be done to it.</summary>
public sealed record RefusedItem(long Id, string Name, RefusalCode Code, string Detail);

/// <summary>The outcome of a command that answers with a value: ok or refused.</summary>
public readonly struct Verdict<T>
{
    private readonly T? value;

    private Verdict(T value) => this.value = value;

    private Verdict(Refusal refusal)
    {
        value = default;
        Refusal = refusal;
    }

    public Refusal? Refusal { get; }

    public bool IsOk => Refusal is null;

    /// <summary>The answer; asking for it after a refusal is a bug.</summary>
    public T Value => Refusal is null ? value! : throw new InvalidOperationException($"Refused, no value: {Refusal}");

    public static implicit operator Verdict<T>(T value) => new(value);

    public static implicit operator Verdict<T>(Refusal refusal) => new(refusal);

    public Verdict<TOther> Map<TOther>(Func<T, TOther> map) => Refusal is null ? map(value!) : Refusal;
}

/// <summary>The answer of a command that has nothing to say but "done".</summary>
public readonly record struct Done;

public static class Verdict
{
    public static Done Done => default;

    public static Refusal Refused(RefusalCode code, string detail, string? field = null) => new(code, detail) { Field = field };
}
